"""Money for programs: the same operations and the same rules as the pages."""

from funding.api.network import NetworkDonorViewSet, NetworkMoneyViewSet
from funding.api.rows import AgreementViewSet, ClaimViewSet, DonorViewSet, GiftViewSet
from funding.api.statement import StatementViewSet

__all__ = [
    "AgreementViewSet",
    "ClaimViewSet",
    "DonorViewSet",
    "GiftViewSet",
    "NetworkDonorViewSet",
    "NetworkMoneyViewSet",
    "StatementViewSet",
]
