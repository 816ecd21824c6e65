"""The events' migrations and one more, which is there only while the benchmark runs."""

from shelters.events import migrations

__path__ = [*__path__, *migrations.__path__]
