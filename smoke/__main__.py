"""One line a check, then how many failed; ends with 1 if one did."""

from __future__ import annotations

import sys
import time

from config.services.home import CannotStart
from config.services.processes import leave_on_signals
from smoke.checks import CHECKS, Check
from smoke.checks.starting import CHECKS as FOUNDATION
from smoke.network import Network
from smoke.stage import Failed, stage


def main() -> int:
    leave_on_signals()
    begun = time.monotonic()
    try:
        with stage() as made:
            print(made.programs.told(), flush=True)
            failed = _try_all(Network(made))
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    print(f"{len(CHECKS)} checks, {failed} failed, {time.monotonic() - begun:.0f} s")
    return 1 if failed else 0


def _try_all(net: Network) -> int:
    """A check that fails leaves the others to be tried, but not one on which all stand."""
    failed = 0
    for check in CHECKS:
        failed += not _try(check, net)
        if failed and (check in FOUNDATION or not _mended(net)):
            break
    return failed


def _try(check: Check, net: Network) -> bool:
    begun = time.monotonic()
    sentence = (check.__doc__ or "").splitlines()[0]
    try:
        figure = check(net)
    except Exception as reason:
        print(f"FAILED  {sentence}: {type(reason).__name__}: {reason}", flush=True)
        return False
    more = f": {figure}" if figure else ""
    print(f"ok {time.monotonic() - begun:5.1f} s  {sentence}{more}.", flush=True)
    return True


def _mended(net: Network) -> bool:
    """What a failed check left lying."""
    try:
        net.stage.start_what_is_away()
    except Failed as reason:
        print(f"FAILED  What was away starts again: {reason}", flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
