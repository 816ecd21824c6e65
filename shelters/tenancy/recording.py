"""What a connection sends, kept to be sent again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def in_one_message(statements: Iterable[str]) -> str:
    """A statement may end in a comment, which must not hide what ends it."""
    return "\n;\n".join(statements)


class Recording(list[str]):
    """For `execute_wrapper`: every statement that went well, its values filled in."""

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        compose = context["connection"].ops.compose_sql
        for values in params if many else [params]:
            self.append(str(sql) if values is None else compose(sql, values))
        return answer

    def without(self, *verbs: str) -> list[str]:
        return [sql for sql in self if not sql.lstrip().upper().startswith(verbs)]


class Script(list[str]):
    """Takes statements as a cursor does, and keeps them for one message."""

    def execute(self, sql: str) -> None:
        self.append(sql)

    def __str__(self) -> str:
        return in_one_message(self)
