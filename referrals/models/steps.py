"""The life of a referral: which step follows which, who takes it, and what it writes.

The application reads these tables, and the trigger in the database is written from them.
"""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from referrals.models.choices import DeclineReason, Status
from shelters.refusals import Refusal


class Side(StrEnum):
    SENDER = "sender"
    RECIPIENT = "recipient"


STEPS: dict[Status, dict[Status, Side]] = {
    Status.SENT: {
        Status.ACCEPTED: Side.RECIPIENT,
        Status.DECLINED: Side.RECIPIENT,
        Status.WITHDRAWN: Side.SENDER,
    },
    Status.ACCEPTED: {
        Status.ARRIVED: Side.RECIPIENT,
        Status.NOT_ARRIVED: Side.RECIPIENT,
        Status.WITHDRAWN: Side.SENDER,
    },
}
WRITES: dict[Status, tuple[str, ...]] = {
    Status.ACCEPTED: ("answered_at", "arrive_by"),
    Status.DECLINED: ("answered_at", "decline_reason", "ended_at"),
    Status.WITHDRAWN: ("ended_at",),
    Status.ARRIVED: ("arrived_at", "ended_at"),
    Status.NOT_ARRIVED: ("ended_at",),
}
OPEN = (Status.SENT, Status.ACCEPTED)
ENDED = (Status.DECLINED, Status.WITHDRAWN, Status.ARRIVED, Status.NOT_ARRIVED)


class WrongState(Refusal):
    message = _("This referral has moved on meanwhile. Look where it stands now.")


def fits_its_status() -> Q:
    """For each status the times and the reason that are there, and none beside them."""
    answered, going = Q(answered_at__isnull=False), Q(arrive_by__isnull=False)
    unanswered, not_going = Q(answered_at=None), Q(arrive_by=None)
    was_accepted, was_not = answered & going, unanswered & not_going
    here, ended = Q(arrived_at__isnull=False), Q(ended_at__isnull=False)
    not_here, open_ = Q(arrived_at=None), Q(ended_at=None)
    no_reason, reason = Q(decline_reason=""), Q(decline_reason__in=DeclineReason.values)
    return (
        Q(status=Status.SENT) & was_not & not_here & open_ & no_reason
        | Q(status=Status.ACCEPTED) & was_accepted & not_here & open_ & no_reason
        | Q(status=Status.DECLINED) & answered & not_going & not_here & ended & reason
        | Q(status=Status.WITHDRAWN) & (was_accepted | was_not) & not_here & ended & no_reason
        | Q(status=Status.ARRIVED) & was_accepted & here & ended & no_reason
        | Q(status=Status.NOT_ARRIVED) & was_accepted & not_here & ended & no_reason
    )


def check_step() -> str:
    """The trigger's body: one step at a time, by the shelter whose it is, and nothing beside it."""
    return f"""
        SELECT CASE step.side WHEN 'sender' THEN OLD.sender_id ELSE OLD.recipient_id END,
            step.writes INTO _whose, _writes
        FROM (VALUES {_steps_as_rows()}) AS step(old, new, side, writes)
        WHERE step.old = OLD.status AND step.new = NEW.status;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'A referral does not go from % to %.', OLD.status, NEW.status
                USING ERRCODE = 'check_violation';
        END IF;
        IF _whose IS DISTINCT FROM nullif(current_setting('app.shelter', true), '')::uuid THEN
            RAISE EXCEPTION 'This step is the other shelter''s.'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF to_jsonb(NEW) - 'status' - _writes IS DISTINCT FROM to_jsonb(OLD) - 'status' - _writes
        THEN
            RAISE EXCEPTION 'This step changes what must stay as it was sent.'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.status = '{Status.ACCEPTED}' AND NOT EXISTS (
            SELECT 1 FROM public.referrals_release r WHERE r.referral_id = NEW.id
            AND r.withdrawn_at IS NULL AND r.until > statement_timestamp()
        ) THEN
            RAISE EXCEPTION 'The consent to this referral has ended.'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """  # noqa: S608 put together from the tables above


DECLARED = [("_whose", "uuid"), ("_writes", "text[]")]


def _steps_as_rows() -> str:
    rows = [
        f"('{old}', '{new}', '{side}', ARRAY[{_quoted(WRITES[new])}])"
        for old, steps in STEPS.items()
        for new, side in steps.items()
    ]
    return ", ".join(rows)


def _quoted(columns: tuple[str, ...]) -> str:
    return ", ".join(f"'{column}'" for column in columns)
