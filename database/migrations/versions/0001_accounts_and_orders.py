"""Accounts, access, the data tree, orders."""

from alembic import op

import accounts.models  # noqa: F401
import ordering.models  # noqa: F401
from database.tables import Base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    Base.metadata.create_all(op.get_bind())
