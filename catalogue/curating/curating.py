"""What curators do with records, whole: what pages ask and doors tell."""

from catalogue.curating.history import History
from catalogue.curating.listing import Lists
from catalogue.curating.mending import Mending
from catalogue.curating.uploading import Uploading
from catalogue.curating.withdrawing import Withdrawing


class Curating(Uploading, Lists, History, Mending, Withdrawing):
    """Bringing documents in, finding records, what they were, mending them, withdrawing them; each part is in the module named by it.

    Each method that changes something is for curators, and writes a line of the audit trail for each record. `by` is who asks,
    `address` from where on the network.
    """
