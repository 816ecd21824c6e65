"""python -m config.services run [--scratch] [--as-app] -- CMD"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from config.services.compose_secrets import make_secrets_of_compose
from config.services.home import CannotStart, Home
from config.services.keeping import keep
from config.services.running import SERVICES, run


def main() -> int:
    asked = _parser().parse_args()
    try:
        return int(asked.do(asked))
    except CannotStart as reason:
        print(reason, file=sys.stderr)
    except subprocess.CalledProcessError as failure:
        print(f"{failure.cmd[0]} failed.", file=sys.stderr)
    except OSError as reason:
        print(f"Cannot start: {reason}", file=sys.stderr)
    return 1


def _run(asked: argparse.Namespace) -> int:
    home = Home.of_environment()
    return run(asked.command, home=home, durable=not asked.scratch, as_app=asked.as_app)


def _keep(asked: argparse.Namespace) -> NoReturn:
    keep(SERVICES[asked.service](Home(asked.home), durable=not asked.scratch), asked.lock)


def _secrets(asked: argparse.Namespace) -> int:
    make_secrets_of_compose(asked.folder)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m config.services", description=__doc__)
    verbs = parser.add_subparsers(required=True)

    runner = verbs.add_parser("run", help="run a command with PostgreSQL and the broker started")
    runner.add_argument("command", nargs="+")
    runner.add_argument("--as-app", action="store_true", help="without the owner's address")
    runner.set_defaults(do=_run)

    keeper = verbs.add_parser("keep", help="hold one service (started by run)")
    keeper.add_argument("service", choices=SERVICES)
    keeper.add_argument("lock", type=int)
    keeper.add_argument("home", type=Path)
    keeper.set_defaults(do=_keep)

    for each in (runner, keeper):
        each.add_argument("--scratch", action="store_true", help="faster; may lose data: for tests")

    maker = verbs.add_parser("secrets", help="make the files that docker-compose.yml names")
    maker.add_argument("folder", type=Path)
    maker.set_defaults(do=_secrets)
    return parser


if __name__ == "__main__":
    sys.exit(main())
