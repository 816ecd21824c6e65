"""The database is held to what the models declare; where it differs, nobody is served.

`migrate` writes the rights down; here they are read back as the app's login, out of the catalog.
Whatever web and workers do for a shelter goes through `refuse_unless_held` once in each process.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator

from django.db import OperationalError

from shelters.tenancy import access
from shelters.tenancy.found import against_the_rules, in_places
from shelters.tenancy.names import central_role
from shelters.tenancy.placement import Place, models_in
from shelters.tenancy.unit import CENTRAL, in_central

logger = logging.getLogger(__name__)

WHOLE = "database"  # where a difference lies that is no single schema's
ASK_EVERY = 5.0  # seconds: a schema that is refused costs no more than that
MIGRATIONS = "django_migrations"


class NotHeld(OperationalError):
    """Tables or rights in the database are not those that the models declare."""

    def __init__(self, schema: str) -> None:
        super().__init__(f"The database differs from what the models declare: see {schema}.")


def differences(schemas: Iterable[str]) -> list[str]:
    """A sentence for each way in which the database, `public` or these schemas differ."""
    return [f"{place}: {what}" for place, found in sorted(find(schemas).items()) for what in found]


def find(schemas: Iterable[str]) -> dict[str, list[str]]:
    """The same by place: `database`, `public`, or a schema; those that do not differ are left out.

    Two queries, however many schemas there are. Raises what the database raises, be it only that
    nothing was ever migrated.
    """
    return _different([CENTRAL.schema, *schemas], whole=True)


def _different(schemas: list[str], *, whole: bool) -> dict[str, list[str]]:
    with in_central():
        found_there = _in_places(schemas)
        if whole:
            found_there[WHOLE] = against_the_rules(_shelters_tables())
    return {place: sentences for place, sentences in found_there.items() if sentences}


def _in_places(schemas: list[str]) -> dict[str, list[str]]:
    sentences = {schema: ["there is no such schema."] for schema in schemas}
    for facts, places in in_places(schemas, _shelters_tables()):
        found_there = list(_compared(facts, _declared(places[0], facts)))
        sentences |= dict.fromkeys(places, found_there)
    return sentences


def _compared(facts: set[str], wanted: frozenset[str]) -> Iterator[str]:
    """A table of which nothing is declared is no difference while nobody has a right to it."""
    for fact in sorted(wanted - facts):
        yield f"{fact} is missing."
    for fact in sorted(facts - wanted):
        if not fact.startswith("the table "):
            yield f"{fact} is not declared."


# --- what is declared ----------------------------------------------------------------------------


def _declared(schema: str, facts: set[str]) -> frozenset[str]:
    """The phrases that must be found there; of a shelter, by the group that its role is in."""
    database, _ = access.app_login()
    if schema == CENTRAL.schema:
        return _of_public(database)
    groups = access.groups_of_shelters(database)
    own = (group for group in groups if f"its role among {group}" in facts)
    return _of_a_shelter(next(own, groups[0]), database)


def _of_a_shelter(group: str, database: str) -> frozenset[str]:
    return frozenset(
        {"USAGE of the schema for its role", f"its role among {group}"}
        | _table(MIGRATIONS, {"its role": {"SELECT"}})
    ).union(
        *(
            _table(model._meta.db_table, {"its role": access.verbs_of(group, model, database)})
            for model in models_in(Place.SHELTER)
        )
    )


def _of_public(database: str) -> frozenset[str]:
    central, groups = central_role(database), access.groups_of_shelters(database)
    facts = {f"USAGE of the schema for {role}" for role in (central, *groups)}
    facts |= _table(MIGRATIONS, {central: {"SELECT"}})
    for model in models_in(Place.PUBLIC):
        table, shared = model._meta.db_table, getattr(model, "shared", None)
        if shared is None:
            facts |= _table(table, {central: access.verbs(model)})
        else:
            facts |= _shared_table(table, shared, database)
    return frozenset(facts)


def _shared_table(table: str, shared: access.Shared, database: str) -> set[str]:
    rules = access.rules_by_role(shared, database)
    facts = _table(
        table, {role: {rule.verb.upper() for rule in allowed} for role, allowed in rules}
    )
    facts |= {f"row security on {table}", f"row security for the owner on {table}"}
    for role, allowed in rules:
        for number, rule in enumerate(allowed):
            policy = rule.policy(table=table, role=role, number=number)
            facts.add(f"the policy {policy.name} on {table} for {role}, {policy.digest}")
    return facts


def _table(table: str, rights: dict[str, set[str]]) -> set[str]:
    facts = {f"the table {table}"}
    return facts | {
        f"{', '.join(sorted(verbs))} on {table} for {role}"
        for role, verbs in rights.items()
        if verbs
    }


def _shelters_tables() -> list[str]:
    return [MIGRATIONS, *(model._meta.db_table for model in models_in(Place.SHELTER))]


# --- who is served -------------------------------------------------------------------------------


_held: set[str] = set()  # schemas found as declared; this process asks of each once
_refused: dict[str, float] = {}  # until when the answer stands


def refuse_unless_held(schema: str) -> None:
    """Raises `NotHeld` unless that schema, `public` and the database are as declared."""
    if schema in _held and CENTRAL.schema in _held:
        return
    learn([schema])
    for place in (CENTRAL.schema, schema):
        if place not in _held:
            raise NotHeld(place)


def learn(schemas: Iterable[str]) -> None:
    """Ask of many at once, where each would be asked of in turn; say in the log what is wrong."""
    now = time.monotonic()
    wanted = dict.fromkeys([CENTRAL.schema, *schemas])
    asked = [name for name in wanted if name not in _held and _refused.get(name, 0.0) < now]
    if not asked:
        return
    wrong = _different(asked, whole=CENTRAL.schema in asked)
    for place, sentences in wrong.items():
        logger.error("Not as the models declare: %s: %s", place, " ".join(sentences))
    if WHOLE in wrong:
        wrong[CENTRAL.schema] = wrong.pop(WHOLE)
    _held.update(set(asked).difference(wrong))
    _refused.update(dict.fromkeys(wrong, now + ASK_EVERY))
