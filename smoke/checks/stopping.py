"""As `docker compose stop` does it: what runs is finished first."""

from __future__ import annotations

import json
import signal
import threading
import time

from smoke.blocked import worker_in_a_task
from smoke.network import Network
from smoke.stage import IN_ORDER, Failed

A_MOMENT = 1.0


def web_finishes_what_runs(net: Network) -> str:
    """SIGTERM to web in the middle of a request: it is answered and saved, then web ends with 0"""
    director = net.director("samal")
    body = json.dumps({"name": "Last Wish Fund", "kind": "intl_foundation"})
    line = director.connect()
    line.putrequest("POST", "/api/funding/donors/", skip_host=True)
    for name, value in _headers(net, len(body)).items():
        line.putheader(name, value)
    line.endheaders(body[:10].encode())
    time.sleep(A_MOMENT)
    codes: list[int] = []
    stopping = threading.Thread(target=lambda: codes.append(net.stage.stop("web")))
    stopping.start()
    time.sleep(A_MOMENT)
    line.send(body[10:].encode())
    status = line.getresponse().status
    stopping.join()
    net.stage.start("web")
    names = [donor["name"] for donor in director.again().read("/api/funding/donors/")["results"]]
    if (status, codes) != (201, [0]) or "Last Wish Fund" not in names:
        raise Failed(f"answered {status}, ended with {codes}, donors {names}")
    return ""


def _headers(net: Network, length: int) -> dict[str, str]:
    director = net.directors["samal"]
    return {
        "Host": director.host,
        "Origin": f"https://{director.host}",
        "Cookie": "; ".join(f"{name}={value}" for name, value in director.cookies.items()),
        "X-CSRFToken": director.cookies["__Host-csrf"],
        "Content-Type": "application/json",
        "Content-Length": str(length),
    }


def the_worker_finishes_what_runs(net: Network) -> str:
    """SIGTERM to the worker in the middle of a task: it is finished, then the worker ends with 0"""
    net.stage.stop("beat")
    worker = net.stage.running["worker"]
    waited = net.waiting()
    with worker_in_a_task(net, "Larch 8"):
        worker.send_signal(signal.SIGTERM)
        time.sleep(A_MOMENT)
        if worker.poll() is not None:
            raise Failed("it left its task")
    code = net.stage.stop("worker")
    done = net.found(
        "SELECT count(*) FROM samal.events_delivery WHERE delivered_at > now() - interval '10 s'"
    )
    net.stage.start("worker", "beat")
    if code != 0 or done == 0:
        raise Failed(f"ended with {code}, {done} done, {waited} waited before")
    return f"{done} done on the way out"


def everything_stops_in_its_time(net: Network) -> str:
    """Each service ends by itself within its stop_grace_period, and starts again"""
    seconds = []
    for name in reversed(IN_ORDER):
        begun = time.monotonic()
        net.stage.stop(name)
        seconds.append(f"{name} {time.monotonic() - begun:.1f}")
    net.stage.start_what_is_away()
    net.director("samal").page("/clients/")
    return ", ".join(seconds)


CHECKS = (
    web_finishes_what_runs,
    the_worker_finishes_what_runs,
    everything_stops_in_its_time,
)
