"""The audit trail, to read and to add to. Nothing changes or deletes a line of it."""

from contextlib import nullcontext

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from accounts.desk import Desk, one_line
from accounts.models import Audit
from accounts.people import PAGE
from accounts.views import AuditLine, to_line
from accounts.visitors import Visitor


class Trail(Desk):
    """Tells who did what."""

    def audit(self, *, page: int = 1, text: str = "") -> tuple[list[AuditLine], int]:
        """Return a page of the audit trail, the newest line first, and how many lines there are.

        Args:
            page: from 1; of 50.
            text: what actor, network address, action, subject or detail holds.
        """
        query = select(Audit)
        if text := one_line(text.strip(), 254):
            columns = (Audit.actor, Audit.address, Audit.action, Audit.subject, Audit.detail)
            query = query.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            lines = session.scalars(query.order_by(Audit.id.desc()).offset((max(page, 1) - 1) * PAGE).limit(PAGE))
            return [to_line(line) for line in lines], total

    def record(
        self, action: str, subject: str, detail: str = "", *, by: Visitor, address: str | None = None, within: Session | None = None
    ) -> None:
        """Add a line.

        Args:
            action: what was done, in the past tense ("submitted an order"); at most 60 characters.
            subject: to what.
            detail: what else is worth knowing; no secrets.
            by: who did it.
            address: from where, on the network.
            within: a session that writes, of what the line tells of; None for a transaction of its own.
        """
        with self._database.writing() if within is None else nullcontext(within) as session:
            self._write(session, action, subject, detail, by=by, address=address)
