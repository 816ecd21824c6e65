# Reads what dump.sh wrote, into an empty database. Run inside the container of
# PostgreSQL, after the roles.
set -eu
PGPASSWORD="$(cat /run/secrets/owner_password)"
export PGPASSWORD
pg_restore -h 127.0.0.1 -p 5432 -U pana_owner -d pana --exit-on-error
