"""PostgreSQL and a broker for a machine that has none, started from the wheels of the lock.

    python -m config.services run -- CMD     runs CMD with both started and its environment set

Each service has a keeper: a small process that starts the server, holds it for as long as anyone
uses it, and stops it when the last user is gone, however that user ended. The state folder
(`PANA_HOME`) keeps the data, the secrets and the logs. `DATABASE_URL` with `DATABASE_OWNER_URL`,
and `BROKER_URL` with `CACHE_URL`, replace the servers started here.

Nothing here may import Django: it runs before the settings can be read.
"""
