from pathlib import Path

from django.db import migrations, models

from shelters.events import migrations as ours

LAST = max(file.stem for file in Path(ours.__path__[0]).glob("[0-9]*.py"))


class Migration(migrations.Migration):
    dependencies = [("events", LAST)]

    operations = [
        migrations.AddField("Event", "bench", models.CharField(max_length=20, null=True)),
        migrations.AddIndex("Event", models.Index(fields=["bench"], name="event_bench")),
    ]
