"""Letters on a machine without a mail server can be read, and their links copied."""

from __future__ import annotations

from django.core.mail import EmailMessage

from config.mail import ConsoleAndFile

LINK = f"http://samal.localhost:8000/account/password/reset/key/{'0' * 32}-{'x' * 40}/"


def test_console_and_file_show_the_letter_as_its_reader_sees_it(tmp_path, capsys):
    letter = EmailMessage("Новый пароль", f"Откройте ссылку:\n\n{LINK}\n", to=["a@samal.example"])

    sent = ConsoleAndFile(file_path=str(tmp_path), alias="default").send_messages([letter])

    (file,) = tmp_path.iterdir()
    for shown in (capsys.readouterr().out, file.read_text()):
        assert "To: a@samal.example" in shown
        assert "Новый пароль" in shown
        assert f"\n{LINK}\n" in shown
    assert sent == 1
