"""With real processes: something is away or ends, one sentence says so, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from config.faults import NO_CACHE, NO_ROOM, UNREACHABLE
from config.health import NO_BROKER
from config.services.home import CHECKOUT, Home
from tests.config.homes import forget, launch, wait_until
from tests.config.outages.network import FROM_SAMAL, Network, free_port, network, wait_for
from tests.journeys.people import PASSWORD, PEOPLE

SECRET = "Birch-12"
TASKS = "tests.config.outages.tasks"
SLOWLY, BROKEN = f"{TASKS}.slowly", f"{TASKS}.break_in_the_database"
WITHOUT_BROKER = f"{NO_BROKER}\n{NO_CACHE}\n"  # here one server is both
SOMEBODY = next(person for person in PEOPLE if person.word == "samal")
AWAY = "The data cannot be reached. Nothing was saved."


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with network(tmp_path_factory.mktemp("outages") / "home") as made:
        yield made


@pytest.fixture
def net(place: Network) -> Iterator[Network]:
    """Everything is there at the beginning; what a test started in its own way ends with it."""
    place.start_what_is_away()
    place.forget_logs()
    yield place
    place.stop_children()


def lines_of(log: Path) -> list[dict[str, object]]:
    found = log.read_text().splitlines()
    return [json.loads(line) for line in found if line.startswith("{")]


# --- graceful stop -------------------------------------------------------------------------------


def test_a_request_that_runs_is_finished_before_the_web_process_stops(net, tmp_path):
    web, answers = net.start_web(), []
    page = f"/test/slow/last-wish/?mark={tmp_path / 'runs'}"
    asker = threading.Thread(target=lambda: answers.append(net.get(page)))
    asker.start()
    wait_for(tmp_path / "runs")

    web.terminate()
    asker.join(30)

    assert web.wait(30) == 0
    assert answers == [(200, "done")]
    assert net.noted("last-wish") == 1


def test_a_task_that_runs_is_finished_before_the_worker_stops(net, tmp_path):
    worker = net.start_worker()
    net.send(SLOWLY, "finished", str(tmp_path / "runs"))
    wait_for(tmp_path / "runs")

    worker.terminate()

    assert worker.wait(30) == 0
    assert net.noted("finished") == 1


@pytest.mark.full
def test_a_task_whose_worker_is_killed_is_done_by_the_next(net, tmp_path):
    worker = net.start_worker()
    net.send(SLOWLY, "again", str(tmp_path / "runs"))
    wait_for(tmp_path / "runs")

    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(30)
    assert net.noted("again") == 0

    net.start_worker()
    wait_until(lambda: net.noted("again") == 1)


# --- the log of a real worker --------------------------------------------------------------------


def test_a_worker_logs_no_row_that_the_database_refused(net):
    net.start_worker()
    net.send(BROKEN, SECRET)

    wait_until(lambda: "SQLSTATE 23502" in net.log("worker").read_text())

    assert SECRET not in net.log("worker").read_text()
    (failed,) = [line for line in lines_of(net.log("worker")) if line.get("errors")]
    assert (failed["level"], failed["shelter"]) == ("ERROR", "samal")
    assert failed["task"]


@pytest.mark.full
def test_what_the_processes_write_is_json_line_by_line(net):
    net.stop_everybody()  # their first lines count too
    net.forget_logs()
    web, worker = net.start_web(), net.start_worker()
    net.get(f"/test/quick/any/?name={SECRET}")
    for child in (web, worker):
        child.terminate()
        child.wait(30)

    for log in ("web", "worker"):
        assert [line for line in net.log(log).read_text().splitlines() if line[0] != "{"] == []
    (line,) = [line for line in lines_of(net.log("web")) if line.get("route") == "test-quick"]
    assert (line["shelter"], line["status"]) == ("samal", 200)
    assert SECRET not in net.log("web").read_text()


UNREADABLE = [
    f"GET /clients/?name={SECRET}\u0416 HTTP/1.1\r\n{FROM_SAMAL}\r\n",
    f"GET http://[/?name={SECRET} HTTP/1.1\r\n{FROM_SAMAL}\r\n",
    f"GET / HTTP/1.1\r\n{FROM_SAMAL}{SECRET}: \x1b[31m\r\n\r\n",
    f"GET / HTTP/1.1\r\n{FROM_SAMAL}Expect: {SECRET}\r\n\r\n",
]


@pytest.mark.parametrize("words", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_no_server_can_read_is_not_quoted_and_nor_is_who_sent_it(net, words):
    net.start_web()

    status = int(net.say(words).split()[1])

    assert 400 <= status < 500
    wait_until(lambda: bool(warnings_in(net.log("web"))), 10)
    assert warnings_in(net.log("web")) == ["Invalid request"]
    assert SECRET not in net.log("web").read_text()


def warnings_in(log: Path) -> list[object]:
    return [line["message"] for line in lines_of(log) if line["level"] == "WARNING"]


def test_no_header_breaks_the_door_or_leads_to_another_page(net):
    net.start_web()
    page = f"/test/quick/{SECRET}/ HTTP/1.1\r\n{FROM_SAMAL}"

    said = [
        net.say(f"GET {page}Content-Type: text/plain; charset=zlib\r\n\r\n"),
        net.say(f"GET {page}Content-Type: a; charset*=%zz'x\r\n\r\n"),
        net.say(f"GET {page}SCRIPT_NAME: /test\r\nPATH_INFO: /test/slow/x/\r\n\r\n"),
        net.say(f"HEAD {page}\r\n"),
    ]

    assert [answer.split()[1] for answer in said] == ["200"] * 4
    assert not said[3].split("\r\n\r\n")[1]
    assert not [line for line in lines_of(net.log("web")) if line["level"] != "INFO"]


# --- figures -------------------------------------------------------------------------------------


@pytest.mark.full
def test_figures_are_on_a_port_of_their_own_and_nowhere_else(net, tmp_path):
    port = free_port()
    more = {"PANA_METRICS": f"127.0.0.1:{port}", "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "web")}
    web = net.start_web(**more)
    for _ in range(6):  # by both of its processes
        net.get(f"/test/quick/{SECRET}/")
    net.get("/metrics", host="127.0.0.1")

    text = figures(port)

    assert count(text, 'pana_requests_total{method="GET",route="test-quick",status="200"}') == 6
    assert 'pana_request_seconds_bucket{le="0.5",method="GET",route="test-quick"}' in text
    assert SECRET not in text
    assert net.get("/metrics")[0] == net.get("/metrics/", host="127.0.0.1")[0] == 404
    web.terminate()
    web.wait(30)
    with pytest.raises(OSError):
        figures(port)


@pytest.mark.parametrize("address", ["127.0.0.1:a", "127.0.0.1:99999", "9100x", "[::1:9"])
def test_where_no_figures_can_be_shown_a_sentence_says_so(address):
    done = subprocess.run(
        [sys.executable, "-m", "config.exposition", address],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(f"No figures at {address}: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.full
def test_the_worker_shows_tasks_and_what_the_sweep_found(net, tmp_path):
    port = free_port()
    folder = str(tmp_path / "worker")
    net.start_worker(PANA_METRICS=f"127.0.0.1:{port}", PROMETHEUS_MULTIPROC_DIR=folder)
    net.send(BROKEN, SECRET)
    net.send("shelters.events.tasks.sweep", shelter="public")

    wait_until(lambda: 'pana_deliveries_outstanding{schema="tulpar"}' in shown(port))
    wait_until(lambda: BROKEN in shown(port))

    text = figures(port)
    assert count(text, f'pana_tasks_total{{outcome="failure",task="{BROKEN}"}}') == 1
    assert 'pana_deliveries_oldest_seconds{schema="samal"}' in text
    assert SECRET not in text


def shown(port: int) -> str:
    """Nothing while the listener only starts."""
    with suppress(OSError):
        return figures(port)
    return ""


def figures(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def count(text: str, name: str) -> float:
    (found,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return float(found.rpartition(" ")[2])


# --- what may be away ----------------------------------------------------------------------------


def test_a_referral_is_sent_while_the_broker_is_away_and_delivered_later(net):
    net.start_worker()
    net.kill_broker()

    sent, log = net.errand("refer")

    assert sent["seconds"] < 15
    assert "wait for the sweep" in log
    assert "Traceback" not in log
    assert net.waiting() > 0

    net.start_what_is_away()
    assert net.errand("sweep")[0] > 0
    wait_until(lambda: net.waiting() == 0)
    letters = "".join(file.read_text() for file in (net.home.path / "mail").glob("*"))
    assert "To: marat@tulpar.example" in letters


def test_nobody_is_let_in_uncounted_while_the_cache_is_away(net):
    net.start_web()
    net.kill_broker()  # which is the cache too

    status, page = net.sign_in(SOMEBODY.email, PASSWORD)

    assert status == 503
    assert "so nobody is let in" in page
    assert "Traceback" not in page
    (line,) = [line for line in lines_of(net.log("web")) if line.get("outage")]
    assert line["outage"] == NO_CACHE
    assert "errors" not in line

    net.start_what_is_away()
    wait_until(lambda: net.is_up("/ready/"), 10)
    assert net.sign_in(SOMEBODY.email, PASSWORD)[0] == 302


def test_the_pages_go_on_while_the_broker_is_away_and_say_so_to_who_watches(net):
    net.start_web()
    net.kill_broker()

    assert net.get("/test/quick/without-broker/") == (200, "done")
    wait_until(lambda: net.get("/ready/") == (503, WITHOUT_BROKER), 10)

    net.start_what_is_away()
    wait_until(lambda: net.is_up("/ready/"), 10)


@pytest.mark.full
def test_a_broker_that_hangs_holds_nobody_up(net):
    net.start_web()
    wait_until(lambda: net.get("/ready/")[0] == 200, 10)

    with net.hanging_broker():
        wait_until(lambda: net.get("/ready/") == (503, WITHOUT_BROKER), 60)
        assert net.get("/test/quick/beside-it/") == (200, "done")
        assert net.sign_in(SOMEBODY.email, PASSWORD)[0] == 503

    wait_until(lambda: net.is_up("/ready/"), 30)
    wait_until(lambda: net.sign_in(SOMEBODY.email, PASSWORD)[0] == 302, 60)  # it was locked so long


def test_the_health_check_of_a_container_hears_what_is_away(net):
    web = net.start_web()
    wait_until(lambda: ask(net.port) == (0, "Pana is ready.\n"), 10)

    net.kill_broker()
    wait_until(lambda: ask(net.port) == (1, WITHOUT_BROKER), 10)

    web.terminate()
    web.wait(30)
    assert ask(net.port) == (1, "Pana does not answer.\n")


def ask(port: int) -> tuple[int, str]:
    """As docker-compose.yml says it."""
    words = [sys.executable, "-m", "config.asking", str(port)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=CHECKOUT)
    return done.returncode, done.stdout


def test_without_the_database_a_page_asks_to_wait_and_heals_by_itself(net):
    net.start_web()
    net.get("/test/quick/before/")
    net.stop_database()

    status, page = net.get("/test/quick/meanwhile/")

    assert status == 503
    assert AWAY in page
    assert "Traceback" not in page
    assert net.get("/health/")[0] == 200
    assert net.get("/ready/") == (503, "The database cannot be reached.\n")
    outages = [line for line in lines_of(net.log("web")) if line.get("outage")]
    assert outages[-1]["outage"] == UNREACHABLE
    assert "errors" not in outages[-1]

    net.start_what_is_away()
    wait_until(lambda: net.is_up("/ready/"), 10)
    assert net.get("/test/quick/after/") == (200, "done")
    assert [net.noted("before"), net.noted("meanwhile"), net.noted("after")] == [1, 0, 1]


def test_a_full_disk_is_said_in_a_sentence_and_nothing_is_half_saved(net):
    net.start_web()

    status, page = net.get("/test/full/half/")

    assert status == 503
    assert "The disk is full. Nothing of what you just did was saved" in page
    assert NO_ROOM in [line.get("outage") for line in lines_of(net.log("web"))]
    assert net.noted("half") == 0


# --- starting ------------------------------------------------------------------------------------


def said_when_started(home: Home) -> tuple[int, str]:
    process = launch(home, "--", "true")
    _shown, errors = process.communicate(timeout=60)
    return process.returncode, errors.strip()


def test_a_database_of_another_version_is_left_alone(home):
    assert said_when_started(home)[0] == 0
    version = home.data / "postgres/PG_VERSION"
    version.write_text("15\n")

    code, said = said_when_started(home)

    assert code == 1
    assert said.startswith(f"The database in {version.parent} was made by PostgreSQL 15, and this")
    assert "\n" not in said
    version.write_text("18\n")
    assert said_when_started(home) == (0, "")


# --- a disk that is really full ------------------------------------------------------------------


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 400 MB; only root can make one."""
    folder = Path(tempfile.mkdtemp(prefix="pana-small-"))
    mounted = ["mount", "-t", "tmpfs", "-o", "size=400m,mode=0711", "none", str(folder)]
    with suppress(FileNotFoundError):
        if subprocess.run(mounted, capture_output=True, check=False).returncode == 0:
            yield folder
            subprocess.run(["umount", "--lazy", folder], check=True)
            folder.rmdir()
            return
    folder.rmdir()
    pytest.skip("No file system can be mounted here.")


def fill(folder: Path) -> Path:
    """Leaves not one block free."""
    filler = folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return filler


@pytest.mark.full
def test_nothing_is_lost_on_a_disk_that_is_really_full(small_disk):
    with network(small_disk / "home") as net:
        net.start_web()
        net.get("/test/quick/before/")
        filler = fill(small_disk)

        status, page = net.get("/test/heavy/too-much/")

        assert status == 503
        assert "Nothing of what you just did was saved" in page or AWAY in page
        filler.unlink()
        net.start_what_is_away()
        wait_until(lambda: net.is_up("/ready/"), 30)
        assert net.get("/test/heavy/later/") == (200, "done")
        assert [net.noted("before"), net.noted("too-much")] == [1, 0]
        net.stop_children()


@pytest.mark.full
def test_on_a_full_disk_nothing_is_started(small_disk):
    home = Home(small_disk / "home")
    assert said_when_started(home)[0] == 0
    filler = fill(small_disk)

    code, said = said_when_started(home)

    assert code == 1
    assert said.startswith(f"The disk of {home.data} is full: 0 MB are free")
    assert "\n" not in said
    filler.unlink()
    assert said_when_started(home) == (0, "")
    forget(home)
