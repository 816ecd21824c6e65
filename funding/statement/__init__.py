"""The statement of a shelter: what was given, what was agreed, and what is only said.

Cash, goods, services and salaries paid by others are never added together, a reversed gift is in
no total, and a claim is in none at all. Sums are in tenge, by the rate fixed at receipt.
"""

from funding.statement.donors import (
    DonorAccount,
    NetworkDonorLine,
    PrivatePersons,
    ShelterShare,
    account_of,
    donor_lines,
    private_persons,
    received_from,
    standing_claims,
)
from funding.statement.lines import (
    AgreementLine,
    DonorLine,
    EvidenceLine,
    ReversedLine,
    Statement,
)
from funding.statement.months import TimeLine, time_lines
from funding.statement.network import Agreed, Renewals, ShelterLine, network_lines
from funding.statement.period import Period
from funding.statement.reading import agreement_line, donors_by_id, statement_of
from funding.statement.sums import Cell, Foreign, Sums, cells_of

__all__ = [
    "Agreed",
    "AgreementLine",
    "Cell",
    "DonorAccount",
    "DonorLine",
    "EvidenceLine",
    "Foreign",
    "NetworkDonorLine",
    "Period",
    "PrivatePersons",
    "Renewals",
    "ReversedLine",
    "ShelterLine",
    "ShelterShare",
    "Statement",
    "Sums",
    "TimeLine",
    "account_of",
    "agreement_line",
    "cells_of",
    "donor_lines",
    "donors_by_id",
    "network_lines",
    "private_persons",
    "received_from",
    "standing_claims",
    "statement_of",
    "time_lines",
]
