"""A shelter's name and address may change; its schema and its role keep theirs."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from shelters.closing.steps import changing, note
from shelters.models import Domain, Shelter
from shelters.operations import LONGEST_NAME, WORD, BadName, BadWord, NameTaken
from shelters.refusals import Refusal
from shelters.tenancy.migrate import OWNER


class NothingToRename(Refusal):
    message = _("Say the new name, the new word of the address, or both.")


def rename_shelter(*, schema: str, name: str | None = None, word: str | None = None) -> Shelter:
    """Give the shelter a new name, a new address, or both; all of it, or nothing.

    The old address answers like one that nobody has, and is free for others. Whoever was signed in
    signs in again: a browser takes no cookie from one address to another.
    """
    if name is None and word is None:
        raise NothingToRename
    try:
        with changing(schema) as shelter:
            if name is not None:
                _rename(shelter, name)
            if word is not None:
                _move(shelter, word)
            note("shelter.renamed", shelter)
    except IntegrityError as error:  # another was faster
        raise NameTaken from error
    return shelter


def _rename(shelter: Shelter, name: str) -> None:
    if not 1 <= len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise BadName
    if Shelter.objects.using(OWNER).filter(name=name).exclude(pk=shelter.pk).exists():
        raise NameTaken
    shelter.name = name
    shelter.save(using=OWNER, update_fields=["name"])


def _move(shelter: Shelter, word: str) -> None:
    host = f"{word}.{settings.BASE_DOMAIN}"
    if WORD.fullmatch(word) is None:
        raise BadWord
    domains = Domain.objects.using(OWNER)
    if host == settings.CENTRAL_HOST or domains.filter(host=host).exclude(shelter=shelter).exists():
        raise NameTaken
    domains.filter(shelter=shelter).delete()
    domains.create(host=host, shelter=shelter)
