# One image for web, worker, beat and the commands; docker-compose.yml says what each runs.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PANA_HOME=/srv/pana
RUN useradd --system --uid 10001 --home-dir /srv/pana --create-home pana
WORKDIR /app

COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY . .
# These need settings, but neither a database nor a secret: what is named here reaches no service.
RUN export SECRET_KEY=build PANA_KEK=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
        DATABASE_URL=postgres://build@build/build \
    && python manage.py compile_translations \
    && python manage.py collectstatic --no-input -v 0

# The root is read-only when it runs. Mail without a mail server is kept here, in a volume.
RUN mkdir -p /srv/pana/mail && chown -R pana:pana /srv/pana
USER pana
