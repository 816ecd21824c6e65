# The roles of the shelters and of the central host, for a server that does not know them yet; the
# two logins are made by config/roles.sql. Run inside the container of PostgreSQL.
set -eu
PGPASSWORD="$(cat /run/secrets/superuser_password)"
export PGPASSWORD
pg_dumpall -h 127.0.0.1 -p 5432 -U postgres --roles-only --no-role-passwords |
    grep -Ev '^(CREATE|ALTER) ROLE (postgres|pana_owner|pana_app)[; ]'
