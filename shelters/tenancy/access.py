"""Rights and row security, declared beside the model and written to the database after migrations.

A shared table says who may do what:

    class Gift(models.Model):
        shared = Shared(
            shelters=[
                Allow("select", "shelter_id = {me}"),
                Allow("insert", check="shelter_id = {me}"),
            ],
            central=[Allow("select")],
        )

A public table without `shared` belongs to the central host alone. A shelter's own table belongs to
that shelter's role alone. `append_only = True` takes UPDATE and DELETE from everybody. The role of
an archived shelter is in another group, which only reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from django.db import connections
from django.db.models import Model

from shelters.tenancy.names import (
    archived_role,
    central_role,
    quote,
    shelter_role,
    shelters_role,
)
from shelters.tenancy.placement import Place, models_in

Verb = Literal["select", "insert", "update", "delete"]
ME = "(SELECT nullif(current_setting('app.shelter', true), '')::uuid)"
AS_WRITTEN = "md5(concat(pg_get_expr(polqual, polrelid), '|', pg_get_expr(polwithcheck, polrelid)))"
TIMEOUTS = {
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}


class Policy(NamedTuple):
    """`digest` stands in the policy's comment, and tells whether it is still the declared one."""

    name: str
    sql: str
    digest: str


@dataclass(frozen=True)
class Allow:
    """One verb on rows where `using` holds (for new rows: `check`); `{me}` is the shelter."""

    verb: Verb
    using: str = "true"
    check: str = ""

    def policy(self, *, table: str, role: str, number: int) -> Policy:
        name = f"{role}_{self.verb}_{number}"
        clauses = {
            "select": f"USING ({self.using})",
            "delete": f"USING ({self.using})",
            "insert": f"WITH CHECK ({self.check or self.using})",
            "update": f"USING ({self.using}) WITH CHECK ({self.check or self.using})",
        }[self.verb].format(me=ME)
        head = f"{quote(name)} ON public.{quote(table)}"
        sql = f"CREATE POLICY {head} FOR {self.verb} TO {quote(role)} {clauses};"
        digest = sha256(sql.encode()).hexdigest()[:16]
        return Policy(name, f"{sql}COMMENT ON POLICY {head} IS '{digest}';", digest)


@dataclass(frozen=True)
class Shared:
    """What shelters and the central host may do with a shared table's rows."""

    shelters: list[Allow] = field(default_factory=list)
    central: list[Allow] = field(default_factory=list)


def sync_public(cursor: Any, *, database: str) -> None:
    """Write the declared rights of every public table; what is not declared is taken away."""
    cursor.execute(TAKE_ALL)
    for model in models_in(Place.PUBLIC):
        cursor.execute(_public_rights(model, database))
    cursor.execute(_may_read_migrations("public", central_role(database)))
    cursor.execute(SEAL_POLICIES)


def sync_schema(cursor: Any, *, database: str, schema: str) -> None:
    """Give a shelter's role its own schema and nothing else; to read only, once it is archived."""
    role = quote(shelter_role(database, schema))
    tables = [
        f"GRANT {_verbs(model)} ON {quote(schema)}.{quote(model._meta.db_table)} TO {role};"
        for model in models_in(Place.SHELTER)
    ]
    cursor.execute(_take_all(role))
    cursor.execute(f"GRANT USAGE ON SCHEMA {quote(schema)} TO {role};" + "".join(tables))
    cursor.execute(_read_only_if_archived(schema, database))
    cursor.execute(_may_read_migrations(schema, shelter_role(database, schema)))


def _take_all(role: str) -> str:
    """REVOKE … ON ALL TABLES IN SCHEMA reads every schema's part of the catalog, five times."""
    return (
        "DO $$ DECLARE given regclass; BEGIN FOR given IN SELECT objid FROM pg_shdepend"
        " JOIN pg_database d ON d.oid = dbid AND datname = current_database()"
        " WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_authid'::regclass"
        f" AND refobjid = $r${role}$r$::regrole AND deptype = 'a'"
        f" LOOP EXECUTE format($r$REVOKE ALL ON %s FROM {role}$r$, given); END LOOP; END $$"
    )


def _read_only_if_archived(schema: str, database: str) -> str:
    """The database itself looks whether the role is among those that only read."""
    group, role = archived_role(database), shelter_role(database, schema)
    tables = ", ".join(
        f"{quote(schema)}.{quote(model._meta.db_table)}" for model in models_in(Place.SHELTER)
    )
    return (
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_auth_members WHERE"
        f" roleid = (SELECT oid FROM pg_roles WHERE rolname = $r${group}$r$) AND"
        f" member = (SELECT oid FROM pg_roles WHERE rolname = $r${role}$r$))"
        f" THEN REVOKE INSERT, UPDATE, DELETE ON {tables} FROM {quote(role)}; END IF; END $$"
    )


def put_in_archive(cursor: Any, *, database: str, schema: str) -> None:
    """From now on the shelter's role only reads, in its own schema and of what is shared.

    Migrating the schema later keeps it so.
    """
    _change_group(cursor, database, schema, shelters_role(database), archived_role(database))


def take_out_of_archive(cursor: Any, *, database: str, schema: str) -> None:
    """Give the shelter's role back what every open shelter's may do."""
    _change_group(cursor, database, schema, archived_role(database), shelters_role(database))


def _change_group(cursor: Any, database: str, schema: str, old: str, new: str) -> None:
    role = quote(shelter_role(database, schema))
    cursor.execute(f"REVOKE {quote(old)} FROM {role}; GRANT {quote(new)} TO {role}")
    sync_schema(cursor, database=database, schema=schema)


def _may_read_migrations(schema: str, role: str) -> str:
    """Web and workers say themselves whether the tables are those that their code expects."""
    return f"GRANT SELECT ON {quote(schema)}.django_migrations TO {quote(role)}"


def _public_rights(model: type[Model], database: str) -> str:
    name = model._meta.db_table
    shared: Shared | None = getattr(model, "shared", None)
    if shared is None:
        central = quote(central_role(database))
        return f"GRANT {_verbs(model)} ON public.{quote(name)} TO {central};"
    return "".join(_row_security(name, shared, database))


def _row_security(name: str, shared: Shared, database: str) -> list[str]:
    table = f"public.{quote(name)}"
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;",
        _drop_policies(table),
    ]
    for role, rules in rules_by_role(shared, database):
        for number, rule in enumerate(rules):
            statements.append(rule.policy(table=name, role=role, number=number).sql)
            statements.append(f"GRANT {rule.verb} ON {table} TO {quote(role)};")
    return statements


def groups_of_shelters(database: str) -> tuple[str, ...]:
    """To one of which each shelter's role belongs."""
    return shelters_role(database), archived_role(database)


def rules_by_role(shared: Shared, database: str) -> list[tuple[str, list[Allow]]]:
    """What each group of roles may do with the table."""
    return [
        (shelters_role(database), shared.shelters),
        (archived_role(database), [rule for rule in shared.shelters if rule.verb == "select"]),
        (central_role(database), shared.central),
    ]


def _drop_policies(table: str) -> str:
    return (
        "DO $$ DECLARE p record; BEGIN FOR p IN SELECT polname FROM pg_policy "
        f"WHERE polrelid = '{table}'::regclass LOOP "
        f"EXECUTE format('DROP POLICY %I ON {table}', p.polname); END LOOP; END $$;"
    )


# Of whatever the owner has in public, from whomever; also what a newer Pana once gave.
TAKE_ALL = """
DO $$ DECLARE given record; BEGIN
FOR given IN
    SELECT DISTINCT c.oid::regclass AS thing, CASE grantee WHEN 0 THEN 'PUBLIC'
        ELSE grantee::regrole::text END AS whose
    FROM pg_class AS c CROSS JOIN aclexplode(relacl)
    WHERE relnamespace = 'public'::regnamespace AND grantee <> relowner
        AND relowner = current_user::regrole
LOOP EXECUTE format('REVOKE ALL ON %s FROM %s', given.thing, given.whose); END LOOP; END $$
"""

# PostgreSQL writes an expression in its own words: these are kept beside ours.
SEAL_POLICIES = f"""
DO $$ DECLARE p record; BEGIN
FOR p IN
    SELECT polname, polrelid::regclass AS of_table,
        concat_ws(' ', obj_description(pg_policy.oid, 'pg_policy'), {AS_WRITTEN}, polcmd) AS said
    FROM pg_policy JOIN pg_class AS c ON c.oid = polrelid
    WHERE relnamespace = 'public'::regnamespace AND relowner = current_user::regrole
        AND obj_description(pg_policy.oid, 'pg_policy') NOT LIKE '% %'
LOOP EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', p.polname, p.of_table, p.said);
END LOOP; END $$
"""


def verbs_of(group: str, model: type[Model], database: str) -> set[str]:
    """What the role of a shelter of that group may do with its own table."""
    return verbs(model) if group == shelters_role(database) else {"SELECT"}


def verbs(model: type[Model]) -> set[str]:
    """What whoever has the table to itself may do with it."""
    everything = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    return everything - {"UPDATE", "DELETE"} if _append_only(model) else everything


def _verbs(model: type[Model]) -> str:
    return ", ".join(sorted(verbs(model)))


def _append_only(model: type[Model]) -> bool:
    return bool(getattr(model, "append_only", False))


def create_group_roles(cursor: Any, *, database: str, login: str) -> None:
    """The roles that need no shelter: the groups of shelters' roles, and the central host."""
    for role in (*groups_of_shelters(database), central_role(database)):
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {quote(role)} NOLOGIN")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quote(role)}")
    let_become(cursor, role=central_role(database), login=login)
    hold_database(cursor, database=database, login=login)


def hold_database(cursor: Any, *, database: str, login: str) -> None:
    """The app may come in and wait a while, no more; whatever the owner makes is nobody else's.

    A new session of the owner waits as long as it must. To change a time for the app, set it for
    its login: `ALTER ROLE … IN DATABASE … SET …` comes before what is set here.
    """
    name = quote(database)
    cursor.execute(
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC; GRANT CONNECT ON DATABASE {name} TO"
        f" {quote(login)}; REVOKE ALL ON SCHEMA public FROM PUBLIC"
    )
    for setting, time in TIMEOUTS.items():
        cursor.execute(
            f"ALTER DATABASE {name} SET {setting} = '{time}';"
            f"ALTER ROLE CURRENT_USER IN DATABASE {name} SET {setting} = 0"
        )


def let_become(cursor: Any, *, role: str, login: str) -> None:
    """Let the app's login take on `role`, without inheriting anything from it."""
    cursor.execute(f"GRANT {quote(role)} TO {quote(login)} WITH INHERIT FALSE, SET TRUE")


def app_login() -> tuple[str, str]:
    """Name of the database and of the login that the web and the workers use."""
    settings_dict = connections["default"].settings_dict
    return str(settings_dict["NAME"]), str(settings_dict["USER"])
