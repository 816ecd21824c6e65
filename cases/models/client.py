"""The person, as far as they told us who they are."""

from __future__ import annotations

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.answers import AnswerField, given_if_answered
from cases.models.birth import PartialBirth
from cases.models.choices import AgeBasis, AgeGroup, Citizenship, Language, Sex
from shelters.staff.models import User
from shelters.staff.permissions import P
from shelters.vault.fields import EncryptedTextField

CODE_PATTERN = r"^[^\W\d_]+(-[^\W\d_]+)*( [0-9]{1,4})?$"
CODE_LENGTH = 30
code_is_plain = RegexValidator(
    CODE_PATTERN, _("Use one word and, if you like, a number: for example Birch 12.")
)


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, user: User) -> ClientQuerySet:
        return self if user.may(P.CASE_READ) else self.none()

    def called(self, code: str) -> ClientQuerySet:
        """Whose code name begins like this."""
        return self.filter(code__istartswith=code.strip())


class Client(models.Model):
    """Known in the shelter by a code name; every other answer may be missing, and says why."""

    QUESTIONS = ("age_basis", "name", "sex", "birth", "citizenship", "languages")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("code name"), max_length=CODE_LENGTH, validators=[code_is_plain])
    age_group = models.CharField(
        _("adult or child"), max_length=5, choices=AgeGroup, default=AgeGroup.CHILD
    )
    age_basis = models.CharField(_("how we know"), max_length=10, choices=AgeBasis, blank=True)
    age_basis_answer = AnswerField()
    name = EncryptedTextField(_("name"), max_length=200, null=True, blank=True)
    name_answer = AnswerField()
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, blank=True)
    sex_answer = AnswerField()
    birth = EncryptedTextField(_("born"), max_length=24, null=True, blank=True)
    birth_answer = AnswerField()
    citizenship = models.CharField(_("citizenship"), max_length=10, choices=Citizenship, blank=True)
    citizenship_answer = AnswerField()
    languages = models.JSONField(_("languages"), default=list, blank=True)
    languages_answer = AnswerField()
    first_seen_at = models.DateTimeField(default=timezone.now)

    objects = ClientQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(Lower("code"), name="one_client_a_code"),
            models.CheckConstraint(condition=Q(code__regex=CODE_PATTERN), name="code_is_plain"),
            models.CheckConstraint(
                condition=Q(age_group__in=AgeGroup.values), name="age_group_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(age_group=AgeGroup.ADULT, age_basis=AgeBasis.PRESUMED),
                name="in_doubt_a_child",
            ),
            models.CheckConstraint(
                condition=Q(age_basis__in=["", *AgeBasis.values]), name="age_basis_is_known"
            ),
            models.CheckConstraint(condition=Q(sex__in=["", *Sex.values]), name="sex_is_known"),
            models.CheckConstraint(
                condition=Q(citizenship__in=["", *Citizenship.values]), name="citizenship_is_known"
            ),
            models.CheckConstraint(
                condition=Q(languages__contained_by=Language.values), name="languages_are_known"
            ),
            given_if_answered("age_basis", ~Q(age_basis="")),
            given_if_answered("name", Q(name__isnull=False)),
            given_if_answered("sex", ~Q(sex="")),
            given_if_answered("birth", Q(birth__isnull=False)),
            given_if_answered("citizenship", ~Q(citizenship="")),
            given_if_answered("languages", ~Q(languages=[])),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_child(self) -> bool:
        return self.age_group == AgeGroup.CHILD

    @property
    def partial_birth(self) -> PartialBirth | None:
        return PartialBirth.parse(self.birth) if self.birth else None
