"""The accounts of an installation, whole: what pages, doors, orders and the command line ask."""

from accounts.codes import Codes
from accounts.groups import Groups
from accounts.people import People
from accounts.registering import Registering
from accounts.renewing import Renewing
from accounts.tokens import Tokens
from accounts.trail import Trail


class Accounts(Registering, Renewing, People, Groups, Tokens, Codes, Trail):
    """People, groups, tokens, codes and the audit trail; each part is in the module named by it.

    Each method that changes something writes a line of the audit trail in the same transaction. `by` is who asks, `address` from
    where on the network. Letters are sent after the transaction, so that no mail server holds up the database.
    """
