"""Translations compiled while Django runs already."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from config.services.home import CHECKOUT

LOOKS_TOO_EARLY = """
import shutil
from pathlib import Path

import django
from django.apps import apps
from django.utils.translation import gettext, override

django.setup()
del apps.app_configs["pana"]  # its catalogues are compiled already

from config import catalogues

source, catalogues.LOCALE = catalogues.LOCALE, Path({place!r})
shutil.copytree(source, catalogues.LOCALE, ignore=shutil.ignore_patterns("*.mo"))
from django.conf import settings

settings.LOCALE_PATHS = [catalogues.LOCALE]
with override("kk"):
    early = gettext("Clients")
    catalogues.compile_all()
with override("kk"):
    print(early, gettext("Clients"))
"""


def test_what_is_compiled_late_is_found_all_the_same(tmp_path: Path) -> None:
    """As on a clean clone, where migrating has looked for translations before they are there."""
    script = LOOKS_TOO_EARLY.format(place=str(tmp_path / "locale"))

    said = subprocess.check_output(
        [sys.executable, "-c", script],
        cwd=CHECKOUT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.test_settings"},
        text=True,
    )

    early, late = said.split()
    assert early != late
