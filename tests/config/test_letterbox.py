"""Mail shows on the terminal once, as it comes in."""

from config.letterbox import Letterbox


def test_only_what_comes_in_is_shown_and_only_once(tmp_path):
    (tmp_path / "old.log").write_text("Before\n")
    letterbox = Letterbox(tmp_path)

    assert letterbox.new_mail() == ""
    (tmp_path / "new.log").write_text("Сәлем\n")
    assert letterbox.new_mail() == "Сәлем\n"
    with (tmp_path / "new.log").open("a") as file:
        file.write("And more\n")
    assert letterbox.new_mail() == "And more\n"
    assert letterbox.new_mail() == ""


def test_a_folder_that_is_not_there_yet_holds_nothing(tmp_path):
    assert Letterbox(tmp_path / "mail").new_mail() == ""
