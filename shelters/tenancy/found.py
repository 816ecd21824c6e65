"""What the database holds, asked of its catalog in phrases, as the app's login."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db import connections

from shelters.tenancy.access import AS_WRITTEN, app_login, groups_of_shelters
from shelters.tenancy.names import central_role

PLACES = f"""
WITH asked AS (
    SELECT oid, nspname::text AS place, nspacl, nspowner,
        to_regrole(quote_ident(%(prefix)s || nspname)) AS me
    FROM pg_namespace WHERE nspname = ANY(%(schemas)s)
), tables AS (
    SELECT place, me, c.* FROM asked CROSS JOIN unnest(%(tables)s::name[]) AS name
    JOIN pg_class AS c ON c.relname = name AND c.relnamespace = asked.oid
    WHERE place <> 'public' AND c.relkind IN ('r', 'p')
    UNION ALL
    SELECT place, me, c.* FROM asked JOIN pg_class AS c ON c.relnamespace = asked.oid
    WHERE place = 'public' AND c.relkind NOT IN ('i', 'I', 't', 'c') AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid
        AND deptype = 'e')
), grants AS (
    SELECT place, me, ' on ' || relname AS thing, grantee, privilege_type, is_grantable
    FROM tables CROSS JOIN aclexplode(relacl) WHERE grantee <> relowner
    UNION ALL
    SELECT place, me, ' of the schema', grantee, privilege_type, is_grantable
    FROM asked CROSS JOIN aclexplode(nspacl) WHERE grantee <> nspowner
), facts AS (
    SELECT place, 'the table ' || relname AS fact FROM tables WHERE relkind IN ('r', 'p')
    UNION ALL
    SELECT place, 'row security on ' || relname FROM tables WHERE relrowsecurity
    UNION ALL
    SELECT place, 'row security for the owner on ' || relname FROM tables WHERE relforcerowsecurity
    UNION ALL
    SELECT place, string_agg(
            privilege_type || CASE WHEN is_grantable THEN ' (to be passed on)' ELSE '' END,
            ', ' ORDER BY privilege_type
        ) || thing || ' for ' || CASE grantee WHEN me THEN 'its role' WHEN 0 THEN 'everybody'
            ELSE pg_get_userbyid(grantee) END
    FROM grants GROUP BY place, thing, grantee, me
    UNION ALL
    SELECT place, format('the policy %%s on %%s for %%s, %%s%%s', polname, relname,
        (SELECT string_agg(pg_get_userbyid(role), ', ') FROM unnest(polroles) AS role),
        coalesce(split_part(said, ' ', 1), 'by hand'),
        CASE WHEN polpermissive AND {AS_WRITTEN} || ' ' || polcmd::text = substr(said, 18) THEN ''
            ELSE ', changed since' END)
    FROM tables JOIN pg_policy ON polrelid = tables.oid
    CROSS JOIN obj_description(pg_policy.oid, 'pg_policy') AS said
    UNION ALL
    SELECT place, 'its role among ' || pg_get_userbyid(roleid) FROM asked
    JOIN pg_auth_members ON member = me
), by_place AS (
    SELECT place, array_agg(fact ORDER BY fact) AS facts FROM facts GROUP BY place
)
SELECT facts, array_agg(place) FROM by_place GROUP BY facts
"""

WHOLE = """
WITH RECURSIVE becoming AS (
    SELECT m.*, 1 AS step FROM pg_auth_members AS m
    WHERE member = (SELECT oid FROM pg_roles WHERE rolname = session_user)
    UNION ALL
    SELECT m.*, step + 1 FROM becoming JOIN pg_auth_members AS m ON m.member = becoming.roleid
    WHERE step < 5
), ours AS (
    SELECT *, CASE WHEN rolname = ANY(%(groups)s) THEN 'public'::regnamespace
        WHEN starts_with(rolname, %(prefix)s)
        THEN to_regnamespace(quote_ident(substr(rolname, length(%(prefix)s) + 1))) END AS home,
        NOT rolcanlogin AND EXISTS (SELECT FROM pg_database
            WHERE starts_with(rolname, datname || '_')
            AND NOT (starts_with(rolname, %(prefix)s) AND length(datname) < length(%(prefix)s))
        ) AS is_elsewhere -- bears another database's name, which is asked by itself
    FROM pg_roles
    WHERE rolname = session_user OR rolname = ANY(%(groups)s)
        OR oid IN (SELECT roleid FROM becoming)
), here AS (
    SELECT * FROM pg_database WHERE datname = current_database()
)
SELECT format('%%s has %%s', rolname, attribute) FROM ours CROSS JOIN LATERAL (VALUES
    (rolsuper, 'SUPERUSER'), (rolbypassrls, 'BYPASSRLS'), (rolcreaterole, 'CREATEROLE'),
    (rolcreatedb, 'CREATEDB'), (rolreplication, 'REPLICATION'),
    (rolinherit AND rolname = session_user, 'INHERIT'),
    (rolcanlogin AND rolname <> session_user, 'LOGIN')) AS is_so (so, attribute)
WHERE so AND NOT is_elsewhere
UNION ALL
SELECT format('%%s is a member of %%s', member::regrole, roleid::regrole) ||
    CASE WHEN inherit_option AND step = 1 THEN ' and inherits its rights' ELSE '' END ||
    CASE WHEN admin_option THEN ' and may let others become it' ELSE '' END
FROM becoming JOIN ours AS m ON m.oid = member JOIN ours AS r ON r.oid = roleid
WHERE NOT (m.is_elsewhere OR r.is_elsewhere) AND (admin_option
    OR starts_with(r.rolname, 'pg_')
    OR CASE step WHEN 1 THEN inherit_option ELSE r.rolname <> ALL(%(families)s) END)
UNION ALL
SELECT format('%%s %%s %%s', rolname, CASE deptype WHEN 'o' THEN 'owns' ELSE 'has a right on' END,
    pg_describe_object(d.classid, d.objid, d.objsubid))
FROM ours JOIN pg_shdepend AS d ON refclassid = 'pg_authid'::regclass AND refobjid = ours.oid
LEFT JOIN pg_class AS c ON classid = 'pg_class'::regclass AND c.oid = objid
WHERE deptype = 'o' AND dbid IN (0, (SELECT oid FROM here))
    OR deptype = 'a' AND dbid = (SELECT oid FROM here) AND (
        classid = 'pg_class'::regclass AND (home, objsubid) IS NOT DISTINCT FROM (relnamespace, 0)
            AND (home = 'public'::regnamespace
                OR relname = ANY(%(tables)s) AND c.relkind IN ('r', 'p'))
        OR classid = 'pg_namespace'::regclass AND objid = home) IS NOT TRUE
UNION ALL
SELECT format('%%s has %%s on the database',
    CASE grantee WHEN 0 THEN 'everybody' ELSE grantee::regrole::text END, privilege_type)
FROM here CROSS JOIN aclexplode(coalesce(datacl, acldefault('d', datdba)))
WHERE (grantee = 0 OR grantee IN (SELECT oid FROM ours))
    AND (pg_get_userbyid(grantee), privilege_type) <> (session_user, 'CONNECT')
UNION ALL
SELECT format('whatever %%s makes is given to %%s by default', defaclrole::regrole,
    CASE grantee WHEN 0 THEN 'everybody' ELSE grantee::regrole::text END)
FROM pg_default_acl CROSS JOIN aclexplode(defaclacl)
WHERE grantee = 0 OR grantee IN (SELECT oid FROM ours)
UNION ALL
SELECT oid::regprocedure || ' has its owner''s rights and no search path of its own' FROM pg_proc
WHERE prosecdef AND pronamespace <> 'pg_catalog'::regnamespace
    AND NOT coalesce(proconfig::text LIKE '%%search_path=%%', false)
    AND NOT EXISTS (SELECT FROM pg_depend
        WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
UNION ALL
SELECT name || ' is ' || setting FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')
    AND setting = '0' OR name = 'row_security' AND setting = 'off'
    OR name = 'session_replication_role' AND setting <> 'origin'
"""


def in_places(
    schemas: Iterable[str], tables: Collection[str]
) -> Iterator[tuple[set[str], list[str]]]:
    """What was found, each time with the schemas that are so: tables, rights, row security."""
    for facts, places in _ask(PLACES, schemas=list(schemas), tables=list(tables)):
        yield set(facts), places


def against_the_rules(tables: Collection[str]) -> list[str]:
    """What no model declares: of the logins and roles, the database, and what reaches beyond."""
    return sorted({f"{what}." for (what,) in _ask(WHOLE, tables=list(tables))})


def _ask(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    database, _ = app_login()
    families = list(groups_of_shelters(database))
    values |= {"prefix": f"{database}_", "families": families}
    values["groups"] = [*families, central_role(database)]
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
