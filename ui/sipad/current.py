"""What answers the SIPAD's requests, and who asks."""

from dataclasses import dataclass

from flask import current_app

from accounts.access import Access
from accounts.accounts import Accounts
from catalogue.service import Catalogue
from ordering.inventory import Inventory
from ordering.orders import Orders
from ordering.selecting import Selecting
from ordering.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Sipad:
    """What the SIPAD's pages stand on.

    Attributes:
        catalogue: whose records describe the nodes of the tree.
        contact: the e-mail address of those who run it; None where none is set.
        quota: of a workspace, bytes, unless its user has another.
    """

    tree: Tree
    inventory: Inventory
    selecting: Selecting
    orders: Orders
    access: Access
    accounts: Accounts
    catalogue: Catalogue
    contact: str | None
    quota: int


def sipad() -> Sipad:
    """Return the SIPAD of the application that answers this request."""
    found: Sipad = current_app.extensions["sipad"]
    return found
