"""Cases for programs: the same operations and the same rules as the pages."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import ValidationError as FormError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases import operations
from cases.fields import BirthField
from cases.lists import ENDED_ONES, EVERY, ME, NONE, OVERDUE, TODAY, filtered
from cases.models import (
    CODE_LENGTH,
    ENTRY_LENGTH,
    LONGEST,
    AgeBasis,
    AgeGroup,
    AnswerState,
    Case,
    Citizenship,
    Client,
    ClosureReason,
    Consent,
    ConsentState,
    Entry,
    EntryKind,
    ExploitationForm,
    ExploitationTime,
    How,
    Language,
    NotABirth,
    PartialBirth,
    ReferralSource,
    Sex,
    Status,
    Stay,
    StayType,
    TimeUnit,
    state_of,
)
from cases.models.client import code_is_plain
from cases.pages import state_pays_for
from cases.summary import Section, summary_of
from shelters.api.scopes import Area
from shelters.api.serializers import (
    ChosenField,
    DayField,
    ListOf,
    MadeSerializer,
    NewRowSerializer,
    PersonSerializer,
    one_of,
)
from shelters.api.viewsets import ApiViewSet
from shelters.staff.models import User, holders_of
from shelters.staff.permissions import P, rule

NO_BIRTH = BirthField.default_error_messages["invalid"]
QUESTIONS = (*Client.QUESTIONS, *Case.QUESTIONS)
ABOUT = (
    Section.IDENTITY,
    Section.NAME_AND_BIRTH,
    Section.CITIZENSHIP,
    Section.SOURCE_AND_EXPLOITATION,
)
ENDINGS = [
    (reason.value, reason.label)
    for reason in ClosureReason
    if reason != ClosureReason.DID_NOT_ARRIVE
]


# --- what is told --------------------------------------------------------------------------------


class ClientSerializer(serializers.ModelSerializer[Client]):
    class Meta:
        model = Client
        fields = ["id", "code", "age_group"]
        read_only_fields = fields


class AnsweredSerializer(serializers.Serializer[Any]):
    """Whether a question was answered, and with what."""

    answer = serializers.ChoiceField(AnswerState.choices)
    value = serializers.JSONField()


class StaySerializer(serializers.ModelSerializer[Stay]):
    """The dates stand side by side; none of them ends a stay by itself."""

    guideline = serializers.DateField(allow_null=True)
    state_paid_until = serializers.DateField(allow_null=True)

    class Meta:
        model = Stay
        fields = [
            "stay_type",
            "started_at",
            "planned_until",
            "ended_at",
            "guideline",
            "state_paid_until",
        ]
        read_only_fields = fields


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    how = ChosenField(How.choices)
    language = ChosenField(Language.choices)

    class Meta:
        model = Consent
        fields = ["id", "scope", "state", "how", "language", "given_at", "until", "withdrawn_at"]
        read_only_fields = fields


class CaseLineSerializer(serializers.ModelSerializer[Case]):
    client = ClientSerializer(read_only=True)
    keyworker = PersonSerializer(allow_null=True, read_only=True)
    next_step = serializers.CharField(allow_null=True, read_only=True)
    closure_reason = ChosenField(ClosureReason.choices)

    class Meta:
        model = Case
        fields = [
            "id",
            "client",
            "status",
            "opened_at",
            "is_emergency",
            "keyworker",
            "next_step",
            "next_step_due",
            "closed_at",
            "closure_reason",
        ]
        read_only_fields = fields


class CaseSerializer(CaseLineSerializer):
    about = serializers.SerializerMethodField()
    stay = serializers.SerializerMethodField()
    consents = ConsentSerializer(many=True, read_only=True)

    class Meta(CaseLineSerializer.Meta):
        fields = [*CaseLineSerializer.Meta.fields, "about", "stay", "consents"]
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(child=AnsweredSerializer()))
    def get_about(self, case: Case) -> dict[str, Any]:
        """Every question about the person, by its name."""
        told = [
            answers for answers in summary_of(case, ABOUT).values() if isinstance(answers, dict)
        ]
        return {name: said for part in told for name, said in part.items() if name in QUESTIONS}

    @extend_schema_field(StaySerializer(allow_null=True))
    def get_stay(self, case: Case) -> dict[str, Any] | None:
        stay = case.stays.first()
        if stay is None:
            return None
        dates = stay.dates(exploited_for=case.exploitation_time, state_pays_for=state_pays_for())
        stay.guideline = dates.guideline  # type: ignore[attr-defined]
        stay.state_paid_until = dates.state_paid_until  # type: ignore[attr-defined]
        return StaySerializer(stay).data


class EntrySerializer(serializers.ModelSerializer[Entry]):
    text = serializers.CharField(read_only=True)

    class Meta:
        model = Entry
        fields = [
            "id",
            "kind",
            "text",
            "happened_on",
            "happened_at_time",
            "entered_at",
            "by_name",
        ]
        read_only_fields = fields


# --- what is asked and sent ----------------------------------------------------------------------


class CaseFilter(serializers.Serializer[Any]):
    """Who is here or expected, unless told otherwise."""

    code = serializers.CharField(max_length=CODE_LENGTH, required=False)
    status = serializers.ChoiceField(
        [Status.ACTIVE.value, Status.EXPECTED.value, ENDED_ONES, EVERY], required=False
    )
    age = serializers.ChoiceField(AgeGroup.choices, required=False)
    step = serializers.ChoiceField([OVERDUE, TODAY, NONE], required=False)
    keyworker = serializers.ChoiceField([ME], required=False)


class ExploitationTimeSerializer(serializers.Serializer[Any]):
    amount = serializers.IntegerField(min_value=1, max_value=max(LONGEST.values()))
    unit = serializers.ChoiceField(TimeUnit.choices)
    about = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["amount"] > LONGEST[TimeUnit(attrs["unit"])]:
            raise serializers.ValidationError({"amount": _("This is more than a hundred years.")})
        return attrs


class AnswersSerializer(serializers.Serializer[Any]):
    """A question that is not mentioned was not asked; a value is an answer by itself."""

    age_basis = serializers.ChoiceField(AgeBasis.choices, required=False)
    name = serializers.CharField(max_length=200, required=False)
    sex = serializers.ChoiceField(Sex.choices, required=False)
    birth = serializers.CharField(
        max_length=24,
        required=False,
        help_text="2001-05-03, 2001-05, 2001, or an age band such as 18-24, as of today.",
    )
    citizenship = serializers.ChoiceField(Citizenship.choices, required=False)
    languages = ListOf(Language.choices, required=False)
    referral_source = serializers.ChoiceField(ReferralSource.choices, required=False)
    exploitation_forms = ListOf(ExploitationForm.choices, required=False)
    exploitation_time = ExploitationTimeSerializer(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        states = {
            state_of(question): serializers.ChoiceField(AnswerState.choices, required=False)
            for question in QUESTIONS
        }
        return super().get_fields() | states

    def validate_birth(self, typed: str) -> PartialBirth:
        try:
            born = PartialBirth.parse(typed) if "@" in typed else BirthField().clean(typed)
        except NotABirth:
            raise serializers.ValidationError(NO_BIRTH) from None
        except FormError as error:
            raise serializers.ValidationError(error.messages) from None
        return cast(PartialBirth, born)

    def validate_exploitation_time(self, given: dict[str, Any]) -> ExploitationTime:
        return ExploitationTime(given["amount"], TimeUnit(given["unit"]), given["about"])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        empty = [
            question
            for question in QUESTIONS
            if attrs.get(state_of(question)) == AnswerState.ANSWERED and not attrs.get(question)
        ]
        if empty:
            sentence = _("Give the answer, or choose why there is none.")
            raise serializers.ValidationError(dict.fromkeys(empty, sentence))
        return attrs


class AdmitSerializer(NewRowSerializer):
    """Code name, adult or child and consent are enough. `returning` is a client who comes back."""

    code = serializers.CharField(
        max_length=CODE_LENGTH, validators=[code_is_plain], required=False, default=""
    )
    age_group = serializers.ChoiceField(AgeGroup.choices)
    consent_how = serializers.ChoiceField(How.choices)
    consent_language = serializers.ChoiceField(Language.choices, default="")
    is_emergency = serializers.BooleanField(default=False)
    returning = serializers.UUIDField(default=None)
    answers = AnswersSerializer(default=dict)
    stay_type = serializers.ChoiceField(StayType.choices, default="")
    arrived_on = DayField(default=None)
    planned_until = DayField(default=None)
    keyworker = serializers.UUIDField(default=None)
    next_step = serializers.CharField(max_length=200, default="")
    next_step_due = DayField(default=None)
    note = serializers.CharField(max_length=ENTRY_LENGTH, default="")

    def validate_returning(self, asked: UUID | None) -> Client | None:
        if asked is None:
            return None
        seen = Client.objects.visible_to(self.context["request"].user)
        found: Client = one_of(seen, asked)
        return found

    def validate_keyworker(self, asked: UUID | None) -> User | None:
        return None if asked is None else one_of(holders_of(P.CASE_EDIT), asked)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        arrived, until = attrs.pop("arrived_on"), attrs["planned_until"]
        today = timezone.localdate()
        if not attrs["code"] and attrs["returning"] is None:
            raise serializers.ValidationError({"code": _("Please answer this.")})
        if arrived and arrived > today:
            raise serializers.ValidationError({"arrived_on": _("This day has not come yet.")})
        if until and until < (arrived or today):
            sentence = _("This day lies before the stay begins.")
            raise serializers.ValidationError({"planned_until": sentence})
        if arrived and arrived != today:
            attrs["started_at"] = timezone.make_aware(datetime.combine(arrived, time(12)))
        return attrs


class NoteSerializer(NewRowSerializer):
    text = serializers.CharField(max_length=ENTRY_LENGTH)
    kind = serializers.ChoiceField(EntryKind.choices, default=EntryKind.NOTE)
    happened_on = DayField(default=None)
    happened_at_time = serializers.TimeField(default=None)


class ConsentAnswerSerializer(NewRowSerializer):
    """How the client agreed to stay; `refused` is an answer too."""

    how = serializers.ChoiceField(
        [*How.choices, (ConsentState.REFUSED.value, _("The client refused"))]
    )
    language = serializers.ChoiceField(Language.choices, default="")


class NextStepSerializer(serializers.Serializer[Any]):
    """An empty step means that it is done and none is set."""

    next_step = serializers.CharField(source="text", max_length=200, allow_blank=True)
    due = DayField(default=None, allow_null=True)


class PlanSerializer(serializers.Serializer[Any]):
    until = DayField(allow_null=True)


class CloseSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(ENDINGS)
    note = serializers.CharField(max_length=ENTRY_LENGTH, default="", allow_blank=True)


class IntakeSerializer(serializers.Serializer[Any]):
    """All the questions as they are known now, in place of the earlier answers."""

    age_group = serializers.ChoiceField(AgeGroup.choices)
    answers = AnswersSerializer()


# --- verbs ---------------------------------------------------------------------------------------


class CaseViewSet(ApiViewSet):
    area = Area.CASES
    queryset = Case.objects.none()
    serializer_class = CaseSerializer
    lookup_url_kwarg = "case_id"
    pointers = {question: f"answers/{question}" for question in QUESTIONS}

    def get_queryset(self) -> QuerySet[Case]:
        return Case.objects.visible_to(self.user).select_related("client", "keyworker")

    @extend_schema(parameters=[CaseFilter], responses=CaseLineSerializer(many=True))
    @rule(P.CASE_READ)
    def list(self, request: Request) -> Response:
        """Clients who are here or expected, the last admitted first."""
        found = filtered(self.user, self.asked(CaseFilter))
        return self.page(found.order_by("-opened_at", "id"), CaseLineSerializer)

    @extend_schema(responses=CaseSerializer)
    @rule(P.CASE_READ)
    def retrieve(self, request: Request, case_id: UUID) -> Response:
        """One case. Who reads it stands in its timeline."""
        case = operations.read_case(case=self.get_object(), by=self.user)
        return Response(CaseSerializer(case).data)

    @extend_schema(request=AdmitSerializer, responses={201: MadeSerializer})
    @rule(P.CASE_ADMIT)
    def create(self, request: Request) -> Response:
        """Admit a client: client, case, stay and consent to it, together or not at all."""
        return self.made(operations.admit_client(**self.sent(AdmitSerializer), by=self.user))

    @extend_schema(responses=EntrySerializer(many=True))
    @rule(P.CASE_READ)
    @action(detail=True, methods=["get"])
    def notes(self, request: Request, case_id: UUID) -> Response:
        """What staff wrote, the newest first. Who reads it stands in the timeline too."""
        case = operations.read_case(case=self.get_object(), by=self.user)
        return self.page(
            case.entries.order_by("-happened_on", "-entered_at", "id"), EntrySerializer
        )

    @extend_schema(request=NoteSerializer, responses={201: MadeSerializer})
    @rule(P.NOTE_WRITE)
    @notes.mapping.post
    def write_note(self, request: Request, case_id: UUID) -> Response:
        """Write a note. It is never changed afterwards."""
        case, given = self.get_object(), self.sent(NoteSerializer)
        return self.made(operations.write_note(case=case, **given, by=self.user))

    @extend_schema(request=ConsentAnswerSerializer, responses={201: MadeSerializer})
    @rule(P.CASE_EDIT, P.CASE_ADMIT)
    @action(detail=True, methods=["post"])
    def consents(self, request: Request, case_id: UUID) -> Response:
        """Record what the client answers to the question whether to stay."""
        case, given = self.get_object(), self.sent(ConsentAnswerSerializer)
        return self.made(operations.answer_about_stay(case=case, **given, by=self.user))

    @extend_schema(
        request=None,
        responses={200: MadeSerializer},
        parameters=[OpenApiParameter("consent_id", UUID, OpenApiParameter.PATH)],
    )
    @rule(P.CASE_EDIT)
    @action(detail=True, methods=["post"], url_path="consents/<uuid:consent_id>/withdraw")
    def withdraw_consent(self, request: Request, case_id: UUID, consent_id: UUID) -> Response:
        """The client takes a consent back: from now on, to the stay or to a referral."""
        consent = get_object_or_404(Consent, case=self.get_object(), pk=consent_id)
        return self.made(operations.withdraw_consent(consent=consent, by=self.user), 200)

    @extend_schema(request=NextStepSerializer, responses={200: MadeSerializer})
    @rule(P.CASE_EDIT)
    @action(detail=True, methods=["post"], url_path="next-step")
    def next_step(self, request: Request, case_id: UUID) -> Response:
        """Put a next step in place of the earlier one."""
        case, given = self.get_object(), self.sent(NextStepSerializer)
        return self.made(operations.set_next_step(case=case, **given, by=self.user), 200)

    @extend_schema(request=PlanSerializer, responses={200: MadeSerializer})
    @rule(P.CASE_EDIT)
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, case_id: UUID) -> Response:
        """Until when the client plans to stay. It ends nothing by itself."""
        case, given = self.get_object(), self.sent(PlanSerializer)
        operations.set_plan(case=case, **given, by=self.user)
        return self.made(case, 200)

    @extend_schema(request=IntakeSerializer, responses={200: MadeSerializer})
    @rule(P.CASE_EDIT)
    @action(detail=True, methods=["post"])
    def intake(self, request: Request, case_id: UUID) -> Response:
        """Put the answers as they are known now in place of the earlier ones."""
        case, given = self.get_object(), self.sent(IntakeSerializer)
        return self.made(operations.complete_intake(case=case, **given, by=self.user), 200)

    @extend_schema(request=CloseSerializer, responses={200: MadeSerializer})
    @rule(P.CASE_CLOSE)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, case_id: UUID) -> Response:
        """The client has left. The case can be read from now on, not changed."""
        case, given = self.get_object(), self.sent(CloseSerializer)
        return self.made(operations.close_case(case=case, **given, by=self.user), 200)
