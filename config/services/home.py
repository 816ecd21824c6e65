"""The state folder: data, secrets, logs, and where the servers may keep their sockets."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from config.services.account import Account, server_account
from config.services.secret_files import make_secrets

CHECKOUT = Path(__file__).resolve().parents[2]
LEAST_FREE = 64  # MB: four of PostgreSQL's journal files
SYSTEM_STATE = Path("/var/lib/pana")


class CannotStart(Exception):
    """A sentence for the person at the terminal: what is wrong and what to do."""


@dataclass(frozen=True)
class Home:
    path: Path

    @classmethod
    def of_environment(cls) -> Home:
        return cls(Path(os.environ.get("PANA_HOME") or CHECKOUT / ".pana").absolute())

    @cached_property
    def account(self) -> Account:
        return server_account()

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def prepare(self) -> None:
        """Make the folders and, on first start, the secrets; all of it closed to other people."""
        _make(self.path, 0o711)
        _make(self.path / "secrets", 0o700)
        _make(self.logs, 0o700)
        make_secrets(self.path / "secrets")
        _own_private_folder(self.sockets, self.account)
        _make(self.data, 0o755)

    def secret_file(self, name: str) -> Path:
        return self.path / "secrets" / name

    def secret(self, name: str) -> str:
        return self.secret_file(name).read_text().strip()

    @cached_property
    def sockets(self) -> Path:
        """Short whatever the state folder is called: a socket's path holds 107 bytes at most."""
        digest = hashlib.sha256(os.fsencode(self.path.resolve())).hexdigest()[:12]
        return Path("/tmp") / f"pana-{digest}"

    @cached_property
    def data(self) -> Path:
        """Where the servers keep what must last: the state folder, if their account gets there.

        As root the servers run as somebody else. Where these cannot enter the state folder, the
        data lie in the system's place under this home's id, and `data` in the home leads there.
        """
        if self.account.reaches(self.path.resolve()):
            return self.path
        place = SYSTEM_STATE / self.secret("id")
        _make(SYSTEM_STATE, 0o755)
        with suppress(FileExistsError):
            (self.path / "data").symlink_to(place)
        return place


def is_given(name: str) -> bool:
    """Whether the environment holds the value, or names the file where it lies."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def refuse_full_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free // 2**20
    if free < LEAST_FREE:
        raise CannotStart(
            f"The disk of {folder} is full: {free} MB are free, and {LEAST_FREE} MB are needed. "
            "Nothing was changed; free some space and start again."
        )


def _make(folder: Path, mode: int) -> None:
    """A folder of this mode whatever the umask; one that is there already keeps its own."""
    with suppress(FileExistsError):
        folder.mkdir(parents=True)
        folder.chmod(mode)


def _own_private_folder(folder: Path, account: Account) -> None:
    """A folder in /tmp may have been laid there by someone else, who could then be the server."""
    if not os.path.lexists(folder):
        _put_in_place(folder, account)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != account.uid or found.st_mode & 0o077:
        raise CannotStart(f"{folder} belongs to someone else; remove it and start again.")


def _put_in_place(folder: Path, account: Account) -> None:
    """It appears with its owner already; of two who start together one is faster."""
    made = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    account.own(made)
    try:
        made.rename(folder)
    except OSError:
        made.rmdir()
