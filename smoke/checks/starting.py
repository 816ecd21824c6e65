"""From nothing to four open shelters, by the commands that docs/deploy.md names."""

from __future__ import annotations

import http.client
import re
import shlex
from pathlib import Path

from config.services.home import CHECKOUT
from smoke.browser import PASSWORD, Browser
from smoke.images import ROLES
from smoke.network import SCHEMAS, SHELTERS, Network
from smoke.stage import DOMAIN, OURS, Failed, wait_until

BUILDING = re.compile(r"^RUN (export SECRET_KEY.*?[^\\])$", re.MULTILINE | re.DOTALL)
ROLES_PATH = "/docker-entrypoint-initdb.d/roles.sql"


def servers_start(net: Network) -> str:
    """PostgreSQL, PgBouncer, RabbitMQ and the cache start with compose's settings, healthy"""
    net.stage.start("postgres")
    make_logins(net)
    net.stage.start("pgbouncer", "broker", "cache")
    return ""


def make_logins(net: Network) -> None:
    """As the image of PostgreSQL does it with the script that compose mounts."""
    mounted = net.stage.service("postgres").mounted_files
    if mounted != {ROLES_PATH: ROLES}:
        raise Failed(f"compose mounts {mounted}")
    words = [
        "psql",
        "-Xqv",
        "ON_ERROR_STOP=1",
        "-U",
        "postgres",
        "-d",
        "postgres",
        "-f",
        str(ROLES),
    ]
    net.stage.must("postgres", words, more=superuser(net))


def superuser(net: Network) -> dict[str, str]:
    port = str(net.stage.here.ports["5432"])
    return {
        "PGHOST": "127.0.0.1",
        "PGPORT": port,
        "PGPASSWORD": net.stage.secret("superuser_password"),
    }


def the_image_is_built(net: Network) -> str:
    """The Dockerfile's build step makes translations and static files, without a database"""
    found = BUILDING.search((CHECKOUT / "Dockerfile").read_text())
    if found is None:
        raise Failed("the Dockerfile has no such step")
    place = net.stage.here.place("/srv/pana")
    net.stage.must("caddy", ["sh", "-c", found[1]], more={"PANA_HOME": str(place)})
    return f"{sum(1 for file in (place / 'static').rglob('*') if file.is_file())} files"


def the_owner_migrates(net: Network) -> str:
    """The owner's login migrates, straight to PostgreSQL"""
    words = net.stage.service("migrate").command
    return net.stage.must("migrate", net.stage.here.words(words)).strip().splitlines()[-1]


def pages_start(net: Network) -> str:
    """Web, worker, beat and Caddy start and are healthy by compose's own checks"""
    net.stage.start(*OURS, "caddy")
    return ""


def the_owner_is_nowhere_else(net: Network) -> str:
    """No process of web, worker and beat knows the owner's address; all ask through PgBouncer"""
    owner = net.stage.secret("owner_password")
    for name in OURS:
        environment = Path(f"/proc/{net.stage.running[name].pid}/environ").read_text()
        if "OWNER" in environment or owner in environment:
            raise Failed(f"{name} knows the owner")
    if f":{net.stage.here.ports['6432']}/" not in net.stage.secret("database_url"):
        raise Failed("the app's address is not PgBouncer's")
    sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'pana_owner'"
    if net.found(sql) != 0:
        raise Failed("the owner is still signed in")
    return ""


def shelters_open(net: Network) -> str:
    """Four shelters and an operator are made by the commands of docs/deploy.md, and sign in"""
    for schema, name in SHELTERS.items():
        _manage(net, f"open_shelter {schema} --name {name} --email director@{schema}.example")
    _manage(net, "add_operator --email operator@pana.example")
    for schema in SHELTERS:
        net.directors[schema] = Browser(net.stage, schema).sign_in(f"director@{schema}.example")
    net.directors["public"] = Browser(net.stage, "pana").sign_in("operator@pana.example")
    return ", ".join(SCHEMAS)


def _manage(net: Network, words: str) -> None:
    more = ["--person", "Nobody In Particular", "--language", "en", "--password-stdin"]
    command = ["python", "manage.py", *shlex.split(words), *more]
    net.stage.must("migrate", command, said=f"{PASSWORD}\n")


def the_door_is_tls_only(net: Network) -> str:
    """Caddy: http leads to https, HSTS, no figures, no unknown host, no large body"""
    _http_leads_to_https(net)
    door = Browser(net.stage, "samal")
    page = door.page("/account/login/")
    if "max-age=31536000" not in (page.headers["Strict-Transport-Security"] or ""):
        raise Failed("no HSTS")
    if (status := door.get("/metrics").status) != 404:
        raise Failed(f"/metrics answers {status}")
    if (status := Browser(net.stage, "nobody").get("/").status) != 404:
        raise Failed(f"an unknown host answers {status}")
    large = door.post("/account/login/", "x" * 3_000_000, "text/plain")
    if large.status < 400:
        raise Failed(f"three megabytes are answered with {large.status}")
    return ""


def _http_leads_to_https(net: Network) -> None:
    line = http.client.HTTPConnection("127.0.0.1", net.stage.here.ports["80"], timeout=10)
    line.request("GET", "/clients/", headers={"Host": f"samal.{DOMAIN}"})
    answer = line.getresponse()
    line.close()
    place = answer.headers["Location"] or ""
    if answer.status not in {301, 308} or not place.startswith(f"https://samal.{DOMAIN}"):
        raise Failed(f"http is answered with {answer.status} {place}")


def tasks_have_a_durable_queue(net: Network) -> str:
    """RabbitMQ keeps tasks in a quorum queue, and has no user but Pana's"""
    wait_until(lambda: net.queue(), "the queue is there")
    kind = net.queue()["type"]
    users = net.stage.must("broker", ["rabbitmqctl", "-q", "list_users", "--no-table-headers"])
    if kind not in {"quorum", "rabbit_quorum_queue"} or users.split() != ["pana", "[]"]:
        raise Failed(f"the queue is {kind}, users are {users}")
    return ""


CHECKS = (
    servers_start,
    the_image_is_built,
    the_owner_migrates,
    pages_start,
    the_owner_is_nowhere_else,
    shelters_open,
    the_door_is_tls_only,
    tasks_have_a_durable_queue,
)
