"""Names of schemas and roles. Roles belong to the whole cluster, so they carry the database's."""

import re

SCHEMA_PATTERN = r"^[a-z][a-z0-9_]{1,29}$"
TASK_HEADER = "shelter"  # of a Celery message: whose schema the task works in
RESERVED = frozenset(
    {"public", "information_schema", "central", "shelters", "archived", "owner", "app"}
)


def is_schema_name(name: str) -> bool:
    """Whether a shelter's schema may be called so: 2 to 30 small Latin letters, digits or `_`."""
    return (
        re.fullmatch(SCHEMA_PATTERN, name) is not None
        and name not in RESERVED
        and not name.startswith("pg_")
    )


def quote(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def shelter_role(database: str, schema: str) -> str:
    return f"{database}_{schema}"


def central_role(database: str) -> str:
    return f"{database}_central"


def shelters_role(database: str) -> str:
    """The group to which every shelter's role belongs; it carries the rights on shared tables."""
    return f"{database}_shelters"


def archived_role(database: str) -> str:
    """The group of the archived shelters' roles: of shared tables it may read what they read."""
    return f"{database}_archived"
