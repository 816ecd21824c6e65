"""The server for developing starts without a unit of work."""

from io import StringIO

from django.core.management import get_commands, load_command_class


def test_it_asks_the_database_nothing_and_says_where_migrations_are_run():
    command = load_command_class(get_commands()["runserver"], "runserver")
    command.stdout = StringIO()

    command.check_migrations()  # outside a unit: a query would raise

    assert "./dev up" in command.stdout.getvalue()
