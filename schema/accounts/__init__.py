"""Accounts as clients see them."""

from schema.accounts.own import ConsentQueries, OwnAccountMutations, OwnAccountViewer
from schema.accounts.signing_in import SigningInMutations
from schema.accounts.staff import StaffAccountMutations, StaffAccountQueries, StaffAccountViewer
from schema.kit.build import output


@output
class AccountQueries(ConsentQueries, StaffAccountQueries):
    """Reading what anybody may know of accounts."""


@output
class AccountMutations(SigningInMutations, OwnAccountMutations, StaffAccountMutations):
    """Changing accounts."""


@output
class AccountViewer(StaffAccountViewer, OwnAccountViewer):
    """The viewer's account."""
