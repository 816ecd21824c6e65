"""What must be done before the pages are served, in one Django process.

    python -m config.preparing --who FILE

FILE gets the list of addresses and people.
"""

from __future__ import annotations

import argparse
import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def main() -> None:
    asked = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("compile_translations", verbosity=0)
    collect_static_files()
    if asked.practice:
        call_command("practice", verbosity=0)
    elif not asked.empty and _is_demo_wanted():
        call_command("demo", verbosity=0)
    _write_who(asked.who)


def collect_static_files() -> None:
    """Only when one has changed since: compressing all of them takes a second."""
    stamp = Path(settings.STATIC_ROOT) / ".collected-from"
    found = _static_sources()
    if stamp.exists() and stamp.read_text() == found:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(found)


def _static_sources() -> str:
    """A digest of all static files' names, sizes and times."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--empty", action="store_true", help="without the demo")
    parser.add_argument("--practice", action="store_true", help="with the shelter for practice")
    parser.add_argument("--who", type=Path, required=True)
    return parser.parse_args()


def _is_demo_wanted() -> bool:
    from config.demo.building import is_wanted  # only now that the apps are loaded

    return is_wanted()


def _write_who(file: Path) -> None:
    file.touch(mode=0o600)
    with file.open("w") as page:
        call_command("who", stdout=page)


if __name__ == "__main__":
    main()
