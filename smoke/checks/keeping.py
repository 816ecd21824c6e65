"""What whoever runs Pana does later, by the commands of docs/deploy.md."""

from __future__ import annotations

import shutil

import psycopg

from config.services.home import CHECKOUT
from smoke.checks.starting import make_logins
from smoke.images import data_of
from smoke.network import Network
from smoke.stage import OURS, Failed, write_secrets

PASSWORDS = ("owner", "app", "broker", "cache")
ROWS = """
SELECT (SELECT count(*) FROM samal.events_event) || ' ' || (SELECT count(*) FROM tulpar.cases_case)
       || ' ' || (SELECT count(*) FROM public.referrals_referral)
"""


def logs_hold_no_client(net: Network) -> str:
    """No log of any service holds a client's code, a donor's name or a password"""
    secrets = [net.stage.secret(name) for name in ("owner_password", "app_password", "kek")]
    told = ["Zqsamal", "Zqtulpar", "Birch 12", "Insulin", "Steppe Fund", "director@", *secrets]
    for log in net.stage.log("web").parent.iterdir():
        text = log.read_text(errors="replace")
        if found := [word for word in told if word in text and not _is_mail(log.name, word)]:
            raise Failed(f"{log.name} holds {found}")
    return ""


def _is_mail(log: str, word: str) -> bool:
    """Without a mail server letters are shown in the log; they name staff, never a client."""
    return log == "worker.log" and word == "director@"


def a_backup_is_restored(net: Network) -> str:
    """Everything is dumped, the database is lost, a new one gets the dump: nothing is missing"""
    stage, before = net.stage, net.found(ROWS)
    for name in (*OURS, "pgbouncer"):
        stage.stop(name)
    _inside(net, "dump_roles", into="roles.sql")
    _inside(net, "dump", into="pana.dump")
    stage.stop("postgres")
    shutil.rmtree(data_of(stage, "postgres"))
    stage.make_folder("data", "postgres")
    stage.start("postgres")
    make_logins(net)
    _inside(net, "restore_roles", out_of="roles.sql")
    _inside(net, "restore", out_of="pana.dump")
    stage.start("pgbouncer", *OURS)
    if (after := net.found(ROWS)) != before:
        raise Failed(f"before {before}, after {after}")
    if "Zqsamal 1" not in net.director("samal").page("/clients/").text:
        raise Failed("a client is missing")
    net.admit("samal", "Aspen 9")
    return f"{_size(net)} kB"


def _inside(net: Network, script: str, *, into: str = "", out_of: str = "") -> None:
    """As `docker compose exec -T postgres sh -c "$(cat deploy/….sh)"`, with a file at one end."""
    text = net.stage.here.turned((CHECKOUT / f"deploy/{script}.sh").read_text())
    files = f">{into}" if into else f"<{out_of}"
    words = ["sh", "-c", f'cd {net.stage.root}/tmp && sh -c "$SCRIPT" {files}']
    net.stage.must("postgres", words, more={"SCRIPT": text})


def _size(net: Network) -> int:
    return (net.stage.root / "tmp/pana.dump").stat().st_size // 1000


def passwords_are_changed(net: Network) -> str:
    """All passwords are made anew: the former ones open nothing, people go on with their work"""
    stage, former = net.stage, net.stage.secret("app_password")
    for name in PASSWORDS:
        (stage.root / "run/secrets" / f"{name}_password").unlink()
    write_secrets(stage)
    make_logins(net)
    for name in ("pgbouncer", "broker", "cache", *OURS):
        stage.stop(name)
    stage.start("pgbouncer", "broker", "cache", *OURS)
    net.director("samal").page("/clients/")
    for port in ("5432", "6432"):
        if _opens(net, port, former):
            raise Failed(f"the former password still opens {port}")
    return ", ".join(PASSWORDS)


def _opens(net: Network, port: str, password: str) -> bool:
    address = f"postgres://pana_app:{password}@127.0.0.1:{net.stage.here.ports[port]}/pana"
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


CHECKS = (
    logs_hold_no_client,
    a_backup_is_restored,
    passwords_are_changed,
)
