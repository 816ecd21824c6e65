"""Where the invented shelters' money comes from, and what is only said about it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from config.demo.casework import Team
from funding.models import (
    Agreement,
    Donor,
    DonorKind,
    Evidence,
    GiftKind,
    Mistake,
    Receipt,
    RenewalState,
    Restriction,
    StaffRole,
)
from funding.operations import (
    add_donor,
    receive_gift,
    record_agreement,
    record_claim,
    reverse_gift,
)
from shelters.staff.models import User
from shelters.staff.permissions import Role


class Book:
    """What the bookkeeper writes down; days are told as so many days or months ago."""

    def __init__(self, *, today: date) -> None:
        self.today = today
        self.by: User = Team().one(Role.BOOKKEEPER)

    def donor(self, name: str, kind: DonorKind) -> Donor:
        return add_donor(new_id=uuid4(), name=name, kind=kind, by=self.by)

    def agreement(
        self,
        donor: Donor,
        title: str,
        *,
        began: int,
        renewal: RenewalState,
        asked: int,
        amount: int | None = None,
        restriction: Restriction = Restriction.UNRESTRICTED,
    ) -> Agreement:
        """For a year from `began` months ago; the renewal as it was known `asked` days ago."""
        return record_agreement(
            new_id=uuid4(),
            donor=donor,
            title=title,
            starts_on=self.month(began),
            ends_on=self.month(began - 12) - timedelta(days=1),
            amount=None if amount is None else Decimal(amount),
            restriction=restriction,
            renewal=renewal,
            renewal_as_of=self.day(asked),
            by=self.by,
        )

    def cash(
        self,
        donor: Donor,
        amount: int,
        evidence: Evidence,
        *,
        ago: int,
        agreement: Agreement | None = None,
        note: str = "",
    ) -> Receipt:
        return receive_gift(
            new_id=uuid4(),
            donor=donor,
            kind=GiftKind.CASH,
            amount=Decimal(amount),
            received_on=self.day(ago),
            evidence=evidence,
            agreement=agreement,
            note=note,
            by=self.by,
        )

    def salary(
        self,
        donor: Donor,
        agreement: Agreement,
        role: StaffRole,
        a_month: int,
        evidence: Evidence,
        *,
        since: int,
        until: int,
    ) -> Receipt:
        """Paid by somebody else, straight to the person, from one whole month to another."""
        first, last = self.month(since), self.month(until)
        return receive_gift(
            new_id=uuid4(),
            donor=donor,
            kind=GiftKind.SALARY,
            amount=Decimal(a_month * (since - until + 1)),
            received_on=last.replace(day=monthrange(last.year, last.month)[1]),
            evidence=evidence,
            agreement=agreement,
            staff_role=role,
            month_from=first,
            month_to=last,
            by=self.by,
        )

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def month(self, ago: int) -> date:
        """The first day of a month."""
        years, month = divmod(self.today.year * 12 + self.today.month - 1 - ago, 12)
        return date(years, month + 1, 1)


def write_samals_book(*, today: date) -> None:
    """A contract with the ministry, and one person who gives."""
    book = Book(today=today)
    ministry = book.donor("Министерство, республиканский бюджет", DonorKind.NATIONAL_BUDGET)
    contract = book.agreement(
        ministry,
        "Договор о специальных социальных услугах",
        began=9,
        amount=9_600_000,
        restriction=Restriction.CLIENT_COSTS_ONLY,
        renewal=RenewalState.APPLIED_FOR,
        asked=15,
    )
    for ago in (250, 160, 70):
        book.cash(ministry, 2_400_000, Evidence.BANK_LINE, ago=ago, agreement=contract)
    neighbour = book.donor("Ерлан К.", DonorKind.INDIVIDUAL)
    book.cash(neighbour, 60_000, Evidence.VOUCHER, ago=25, note="Просит не благодарить публично")


def write_tulpars_book(*, today: date) -> None:
    """It is said that the city pays. In truth it pays nothing; others do, each a little."""
    book = Book(today=today)
    record_claim(
        new_id=uuid4(),
        statement="Приют содержится на средства городского бюджета",
        said_by="Управление города",
        as_of=book.day(120),
        source="Ответ на вопрос журналистов",
        by=book.by,
    )
    _write_salaries(book)
    _write_gifts(book)
    _write_mistake(book)


def _write_salaries(book: Book) -> None:
    """Three modest ones, of people who were out of work and registered in their districts."""
    programme = book.donor(
        "Программа занятости, акиматы двух районов", DonorKind.STATE_SALARY_SUBSIDY
    )
    places = book.agreement(
        programme,
        "Три социальных рабочих места",
        began=8,
        restriction=Restriction.SALARIES_ONLY,
        renewal=RenewalState.UNKNOWN,
        asked=20,
    )
    for role, a_month, evidence in (
        (StaffRole.SOCIAL_WORKER, 105_000, Evidence.STATED_BY_DONOR),
        (StaffRole.NIGHT_DUTY, 92_000, Evidence.STATED_BY_SHELTER),
        (StaffRole.COOK, 88_000, Evidence.STATED_BY_SHELTER),
    ):
        for since in (7, 4):
            book.salary(programme, places, role, a_month, evidence, since=since, until=since - 2)


def _write_gifts(book: Book) -> None:
    bridge = book.donor("Steppe Bridge International", DonorKind.INTL_FOUNDATION)
    grant = book.agreement(
        bridge,
        "Assistance to residents, one year",
        began=5,
        amount=3_600_000,
        restriction=Restriction.CLIENT_COSTS_ONLY,
        renewal=RenewalState.VERBAL,
        asked=40,
    )
    for ago in (130, 35):
        book.cash(bridge, 1_200_000, Evidence.BANK_LINE, ago=ago, agreement=grant)
    embassy = book.donor("Посольство, малые гранты", DonorKind.FOREIGN_EMBASSY)
    book.cash(embassy, 900_000, Evidence.BANK_LINE, ago=75, note="На ремонт комнаты для семей")


def _write_mistake(book: Book) -> None:
    """The bookkeeper and the director each wrote down the same envelope."""
    club = book.donor("Женский клуб «Жибек»", DonorKind.CLUB_ASSOCIATION)
    book.cash(club, 240_000, Evidence.VOUCHER, ago=18, note="Благотворительная ярмарка")
    twice = book.cash(club, 240_000, Evidence.STATED_BY_DONOR, ago=18)
    reverse_gift(
        new_id=uuid4(),
        receipt=twice,
        mistake=Mistake.TWICE,
        note="Та же ярмарка, уже записана по квитанции",
        by=book.by,
    )
