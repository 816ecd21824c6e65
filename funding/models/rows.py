"""Who may read and write which row of money, in words that several tables share."""

from shelters.staff.models import User
from shelters.staff.permissions import P

OWN = "shelter_id = {me}"
NOT_INVENTED = (
    "(shelter_id IN (SELECT s.id FROM public.shelters_shelter s WHERE s.is_practice)) IS NOT TRUE"
)

# Foreign keys are checked without row security, so each policy looks at the referenced row itself.
OWN_WITH_KNOWN_DONOR = (
    "shelter_id = {me} AND EXISTS (SELECT 1 FROM public.funding_donor d WHERE d.id = donor_id"
    " AND (d.shelter_id IS NULL OR d.shelter_id = {me}))"
)
OWN_AGREEMENT = (
    "EXISTS (SELECT 1 FROM public.funding_agreement a"
    " WHERE a.id = agreement_id AND a.shelter_id = {me})"
)
OWN_AGREEMENT_OF_THE_DONOR = (
    "(agreement_id IS NULL OR EXISTS (SELECT 1 FROM public.funding_agreement a"
    " WHERE a.id = agreement_id AND a.shelter_id = {me}"
    " AND a.donor_id = funding_receipt.donor_id))"
)
OWN_RECEIPT = (
    "EXISTS (SELECT 1 FROM public.funding_receipt r"
    " WHERE r.id = receipt_id AND r.shelter_id = {me})"
)


def may_see_money(user: User) -> bool:
    return user.may(P.FUNDING_READ) or user.may(P.NETWORK_FUNDING_READ)
