"""python -m config.services run [--scratch] [--as-app] -- CMD"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from config.services.home import CannotStart, Home
from config.services.keeping import keep
from config.services.running import SERVICES, run


def main() -> int:
    asked = _parser().parse_args()
    durable = not asked.scratch
    try:
        if asked.verb == "keep":
            keep(SERVICES[asked.service](Home(asked.home), durable=durable), asked.lock)
        home = Home.of_environment()
        return run(asked.command, home=home, durable=durable, as_app=asked.as_app)
    except CannotStart as reason:
        print(reason, file=sys.stderr)
    except subprocess.CalledProcessError as failure:
        print(f"{failure.cmd[0]} failed.", file=sys.stderr)
    except OSError as reason:
        print(f"Cannot start: {reason}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m config.services", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    keeper = verbs.add_parser("keep", help="hold one service (started by run)")
    keeper.add_argument("service", choices=SERVICES)
    keeper.add_argument("lock", type=int)
    keeper.add_argument("home", type=Path)
    runner = verbs.add_parser("run", help="run a command with PostgreSQL and the broker started")
    runner.add_argument("command", nargs="+")
    runner.add_argument("--as-app", action="store_true", help="without the owner's address")
    for each in (keeper, runner):
        each.add_argument("--scratch", action="store_true", help="faster; may lose data: for tests")
    return parser


if __name__ == "__main__":
    sys.exit(main())
