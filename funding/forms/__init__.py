"""What a bookkeeper types, parsed. Nothing here decides more than one form can see."""

from funding.forms.agreements import AgreementForm, RenewalForm
from funding.forms.claims import ClaimForm, WithdrawForm
from funding.forms.donors import DonorForm
from funding.forms.gifts import GiftForm, ReverseForm
from funding.forms.periods import GiftFilter, NetworkDonorFilter, PeriodForm

__all__ = [
    "AgreementForm",
    "ClaimForm",
    "DonorForm",
    "GiftFilter",
    "GiftForm",
    "NetworkDonorFilter",
    "PeriodForm",
    "RenewalForm",
    "ReverseForm",
    "WithdrawForm",
]
