# Reads what dump_roles.sh wrote. Run inside the container of a new PostgreSQL.
set -eu
PGPASSWORD="$(cat /run/secrets/superuser_password)"
export PGPASSWORD
psql -Xq -v ON_ERROR_STOP=1 -h 127.0.0.1 -p 5432 -U postgres -d postgres
