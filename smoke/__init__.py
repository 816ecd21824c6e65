"""`./dev smoke`: what docker-compose.yml starts, started without containers, and put to work.

PostgreSQL, PgBouncer, RabbitMQ, Redis and Caddy come from Debian's packages. Commands, environments
and health checks are read from docker-compose.yml and the files beside it; only ports, folders and
names of hosts are turned into those of this machine (`smoke.here`). Everything lies in one scratch
folder, and everything that was started ends with it.
"""
