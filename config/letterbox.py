"""Shows on the terminal of `./dev up` the mail that web and worker leave in the state folder."""

from __future__ import annotations

from pathlib import Path


class Letterbox:
    """Knows what it has shown; what lay there before is not shown again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.read = {path: path.stat().st_size for path in self._files()}

    def new_mail(self) -> str:
        """Everything written since the last look."""
        return "".join(self._rest_of(path) for path in self._files())

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.log"))

    def _rest_of(self, path: Path) -> str:
        with path.open("rb") as file:
            file.seek(self.read.get(path, 0))
            rest = file.read()
        self.read[path] = self.read.get(path, 0) + len(rest)
        return rest.decode(errors="replace")
