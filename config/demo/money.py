"""Where the invented shelters' money comes from, and what is only said about it."""

from __future__ import annotations

from collections.abc import Callable

from config.demo.book import Book
from funding.models import (
    Currency,
    Donor,
    DonorKind,
    Evidence,
    GiftKind,
    Mistake,
    RenewalState,
    Restriction,
    StaffRole,
    Valuation,
)

YEARS = (2, 1, 0)  # ago; the first of the three comes first
MONTHS, DAYS = 12, 365
MINISTRY = "Министерство юстиции"


def _under_contract(book: Book, *, a_year: int, began: int, renewal: RenewalState) -> None:
    """A year at a time, paid in parts; nobody knows until late whether it goes on."""
    ministry = book.donor(MINISTRY, DonorKind.NATIONAL_BUDGET)
    for year in YEARS:
        amount = a_year - year * 600_000
        contract = book.agreement(
            ministry,
            "Договор о специальных социальных услугах",
            began=began + year * MONTHS,
            amount=amount,
            restriction=Restriction.CLIENT_COSTS_ONLY,
            renewal=RenewalState.CONFIRMED if year else renewal,
            asked=year * DAYS - 5 if year else 15,
        )
        lasts = (book.today - contract.starts_on).days
        for after in (30, 120, 210, 300):
            if (ago := lasts - after) > 2:
                book.cash(ministry, amount // 4, Evidence.BANK_LINE, ago=ago, agreement=contract)


def write_samals_book(book: Book) -> None:
    """A contract with the ministry, a neighbour who gives, a shop and a clinic that help."""
    _under_contract(book, a_year=10_800_000, began=9, renewal=RenewalState.APPLIED_FOR)
    neighbour = book.donor("Ерлан К.", DonorKind.INDIVIDUAL, ago=430)
    for ago in (410, 25):
        book.cash(
            neighbour, 60_000, Evidence.VOUCHER, ago=ago, note="Просит не благодарить публично"
        )
    shop = book.donor("ТОО «Жылы үй»", DonorKind.LOCAL_BUSINESS)
    clinic = book.donor("Стоматология «Ак тис»", DonorKind.LOCAL_BUSINESS, ago=700)
    for year in YEARS:
        book.in_kind(
            shop,
            GiftKind.GOODS,
            "Зимние куртки и обувь, двенадцать пар",
            420_000,
            valued=Valuation.INVOICE,
            ago=28 + year * DAYS,
        )
    for ago in (640, 310, 80):
        book.in_kind(
            clinic,
            GiftKind.SERVICES,
            "Приём стоматолога, шесть клиентов",
            180_000,
            valued=Valuation.DONOR,
            ago=ago,
        )


def write_aidyns_book(book: Book) -> None:
    """Run by an international organisation, which gives, too, and hands on what two others give."""
    operator = book.donor("Open Roads International", DonorKind.INTL_FOUNDATION)
    _write_the_operators_share(book, operator)
    _hand_on(
        book,
        "Björkdal Hjälp (через Open Roads)",
        "Core support to the shelter, one year",
        Currency.SEK,
        a_year=360_000,
        renewal=RenewalState.VERBAL,
    )
    _hand_on(
        book,
        "Stichting Veilig Dak (через Open Roads)",
        "Legal aid and return, one year",
        Currency.EUR,
        a_year=24_000,
        renewal=RenewalState.UNKNOWN,
    )
    parish = book.donor("Приход на соседней улице", DonorKind.RELIGIOUS)
    for ago in (760, 400, 95):
        book.in_kind(
            parish,
            GiftKind.GOODS,
            "Посуда, постельное бельё, детские книги",
            95_000,
            valued=Valuation.SHELTER,
            ago=ago,
        )


def _write_the_operators_share(book: Book, operator: Donor) -> None:
    """It pays two people itself, trains the others, and sends what is left over in dollars."""
    for year in YEARS:
        for role, a_month in ((StaffRole.PSYCHOLOGIST, 310_000), (StaffRole.DIRECTOR, 380_000)):
            for since in (12, 6):
                book.salary(
                    operator,
                    role,
                    a_month - year * 20_000,
                    Evidence.STATED_BY_DONOR,
                    since=since + year * MONTHS,
                    until=since - 5 + year * MONTHS,
                )
        book.cash(operator, 7_500, Evidence.BANK_LINE, ago=110 + year * DAYS, currency=Currency.USD)
        book.in_kind(
            operator,
            GiftKind.SERVICES,
            "Обучение сотрудников, четыре дня",
            640_000,
            valued=Valuation.DONOR,
            ago=200 + year * DAYS,
        )


def _hand_on(
    book: Book, name: str, title: str, currency: Currency, *, a_year: int, renewal: RenewalState
) -> None:
    """It comes through the operator, twice a year; the giver's own figure is what is known."""
    giver = book.donor(name, DonorKind.INTL_FOUNDATION)
    for year in YEARS:
        agreement = book.agreement(
            giver,
            title,
            began=8 + year * MONTHS,
            amount=a_year,
            currency=currency,
            restriction=Restriction.UNRESTRICTED,
            renewal=RenewalState.CONFIRMED if year else renewal,
            asked=40 + year * DAYS,
        )
        for ago in (205, 45):
            book.cash(
                giver,
                a_year * 2 // 5,
                Evidence.STATED_BY_DONOR if ago == 45 else Evidence.BANK_LINE,
                ago=ago + year * DAYS,
                currency=currency,
                agreement=agreement,
            )


def write_tulpars_book(book: Book) -> None:
    """It is said that the city pays. In truth it pays nothing; others do, each a little."""
    book.claim(
        "Приют содержится на средства городского бюджета",
        said_by="Управление города",
        source="Ответ на вопрос журналистов",
        ago=120,
    )
    _write_salaries(book)
    _write_gifts(book)
    _write_mistake(book)
    _ask_for_the_rest(book)


def _write_salaries(book: Book) -> None:
    """Three modest ones, of people who were out of work and registered in their districts."""
    programme = book.donor(
        "Программа занятости, акиматы двух районов", DonorKind.STATE_SALARY_SUBSIDY
    )
    for year in YEARS:
        places = book.agreement(
            programme,
            "Три социальных рабочих места",
            began=8 + year * MONTHS,
            restriction=Restriction.SALARIES_ONLY,
            renewal=RenewalState.CONFIRMED if year else RenewalState.UNKNOWN,
            asked=20 + year * DAYS,
        )
        for role, a_month, evidence in (
            (StaffRole.SOCIAL_WORKER, 105_000, Evidence.STATED_BY_DONOR),
            (StaffRole.NIGHT_DUTY, 92_000, Evidence.STATED_BY_SHELTER),
            (StaffRole.COOK, 88_000, Evidence.STATED_BY_SHELTER),
        ):
            for since in (7, 4):
                book.salary(
                    programme,
                    role,
                    a_month - year * 7_000,
                    evidence,
                    since=since + year * MONTHS,
                    until=since - 2 + year * MONTHS,
                    agreement=places,
                )


def _write_gifts(book: Book) -> None:
    bridge = book.donor("Steppe Bridge International", DonorKind.INTL_FOUNDATION)
    for year in YEARS:
        grant = book.agreement(
            bridge,
            "Assistance to residents, one year",
            began=5 + year * MONTHS,
            amount=7_200,
            currency=Currency.USD,
            restriction=Restriction.CLIENT_COSTS_ONLY,
            renewal=RenewalState.CONFIRMED if year else RenewalState.VERBAL,
            asked=40 + year * DAYS,
        )
        for ago in (130, 35):
            book.cash(
                bridge,
                2_400,
                Evidence.BANK_LINE,
                ago=ago + year * DAYS,
                currency=Currency.USD,
                agreement=grant,
            )
    embassy = book.donor("Посольство, малые гранты", DonorKind.FOREIGN_EMBASSY, ago=520)
    for ago in (500, 75):
        book.cash(
            embassy,
            1_800,
            Evidence.BANK_LINE,
            ago=ago,
            currency=Currency.USD,
            note="На ремонт комнаты для семей",
        )
    advocate = book.donor("Адвокатская контора на углу", DonorKind.LOCAL_BUSINESS, ago=600)
    for ago in (560, 170):
        book.in_kind(
            advocate,
            GiftKind.SERVICES,
            "Ведение дела в суде, два клиента",
            300_000,
            valued=Valuation.SHELTER,
            ago=ago,
        )


def _write_mistake(book: Book) -> None:
    """The bookkeeper and the director each wrote down the same envelope."""
    club = book.donor("Женский клуб «Жибек»", DonorKind.CLUB_ASSOCIATION)
    for ago in (750, 385, 18):
        book.cash(club, 240_000, Evidence.VOUCHER, ago=ago, note="Благотворительная ярмарка")
    twice = book.cash(club, 240_000, Evidence.STATED_BY_DONOR, ago=18)
    book.reverse(twice, Mistake.TWICE, "Та же ярмарка, уже записана по квитанции", ago=16)


def _ask_for_the_rest(book: Book) -> None:
    """The director seeks the rest of the salaries. A group in the US has been asked, and has given
    nothing yet: a donor without an agreement and without a gift, at zero in every list.
    """
    book.donor("Prairie Hands, США (просим остаток зарплат)", DonorKind.INTL_FOUNDATION, ago=50)


def write_zhuldyzs_book(book: Book) -> None:
    """A smaller contract with the same ministry, and people of the town."""
    _under_contract(book, a_year=8_400_000, began=7, renewal=RenewalState.UNKNOWN)
    mosque = book.donor("Община мечети", DonorKind.RELIGIOUS)
    bakery = book.donor("Пекарня «Нан»", DonorKind.LOCAL_BUSINESS, ago=800)
    for year in YEARS:
        book.in_kind(
            mosque,
            GiftKind.GOODS,
            "Продукты на месяц",
            150_000,
            valued=Valuation.SHELTER,
            ago=55 + year * DAYS,
        )
    for ago in (700, 330, 120):
        book.in_kind(
            bakery,
            GiftKind.SERVICES,
            "Курс пекаря, четыре клиента",
            260_000,
            valued=Valuation.DONOR,
            ago=ago,
        )


BOOKS: dict[str, Callable[[Book], None]] = {
    "samal": write_samals_book,
    "aidyn": write_aidyns_book,
    "tulpar": write_tulpars_book,
    "zhuldyz": write_zhuldyzs_book,
}
