# All data, as the owner, who passes row security. Run inside the container of PostgreSQL.
set -eu
PGPASSWORD="$(cat /run/secrets/owner_password)"
export PGPASSWORD
pg_dump -h 127.0.0.1 -p 5432 -U pana_owner --format=custom pana
