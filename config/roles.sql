-- The two logins and the database. Run by a superuser through psql, as often as you like:
--
--   PANA_OWNER_PASSWORD_FILE=… PANA_APP_PASSWORD_FILE=… psql -v ON_ERROR_STOP=1 -f config/roles.sql
--
-- PANA_DATABASE names the database (default pana). Roles belong to the whole server.

\set database pana
\getenv database PANA_DATABASE
\set owner_password `cat "$PANA_OWNER_PASSWORD_FILE"`
\set app_password `cat "$PANA_APP_PASSWORD_FILE"`

SET log_statement = 'none';
SET log_min_error_statement = 'panic'; -- a failing statement would take a password into the log
SET log_min_duration_statement = -1;

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['pana_owner', 'pana_app']) AS name
WHERE name NOT IN (SELECT rolname FROM pg_roles)
\gexec

-- The owner makes tables, schemas and roles. FORCE ROW LEVEL SECURITY binds owners too, so without
-- BYPASSRLS a data migration would change no row and a backup would fail. Web and worker never
-- have its password.
ALTER ROLE pana_owner LOGIN NOSUPERUSER CREATEROLE CREATEDB BYPASSRLS NOREPLICATION
    PASSWORD :'owner_password';

-- The app has no right of its own: it may only become a shelter's role, or the central host's,
-- inside a unit of work.
ALTER ROLE pana_app LOGIN NOSUPERUSER NOINHERIT NOCREATEROLE NOCREATEDB NOBYPASSRLS NOREPLICATION
    PASSWORD :'app_password';
ALTER ROLE pana_app SET statement_timeout = '30s';
ALTER ROLE pana_app SET lock_timeout = '5s';
ALTER ROLE pana_app SET idle_in_transaction_session_timeout = '30s';

SELECT format('CREATE DATABASE %I OWNER pana_owner', :'database')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec

ALTER DATABASE :"database" OWNER TO pana_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO pana_app;

-- The owner makes further databases (tests, restored backups) from here; the app never comes here.
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO pana_owner;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;

\connect :"database"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
\connect template1
REVOKE ALL ON SCHEMA public FROM PUBLIC;
