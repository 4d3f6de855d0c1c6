"""What a run has to tell of single documents, as far as anybody will read it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from catalogue.harvesting.codelists import LineKind, RunState
from catalogue.harvesting.items import storable
from catalogue.harvesting.models import HarvestLine, HarvestRun

MOST: Final = 10_000
"""Lines of a kind that a run keeps."""
MOST_PLAIN: Final = 200
"""Lines of a run, no preview, for each kind of what went as it should."""
LONGEST_DOCUMENT: Final = 1024 * 1024
MOST_BYTES: Final = 32 * 1024 * 1024
"""Of the documents that the runs of a walk tell of."""
_LONGEST_TEXT: Final = 4000
_PLAIN: Final = frozenset({LineKind.CREATED, LineKind.UPDATED, LineKind.WITHDRAWN})


class Telling:
    """Collects the lines of a run until they are written down."""

    def __init__(self, run_id: int, *, preview: bool, told: Mapping[LineKind, int], room: int = MOST_BYTES) -> None:
        self._run_id = run_id
        self._preview = preview
        self._told = Counter(told)
        self._room = room
        self._waiting: list[dict[str, Any]] = []

    @classmethod
    def of(cls, session: Session, run: HarvestRun) -> "Telling":
        """Return what goes on telling of a run."""
        counted = select(HarvestLine.kind, func.count()).where(HarvestLine.run_id == run.id).group_by(HarvestLine.kind)
        walked = select(HarvestRun.id).where(HarvestRun.source_id == run.source_id, HarvestRun.walk == run.walk)
        filled = session.scalar(select(func.sum(func.length(HarvestLine.content))).where(HarvestLine.run_id.in_(walked))) or 0
        told = dict(session.execute(counted).tuples().all())
        return cls(run.id, preview=run.preview, told=told, room=max(MOST_BYTES - filled, 0))

    def wants(self, kind: LineKind) -> bool:
        """Return whether another line of a kind is kept."""
        return self._told[kind] < (MOST_PLAIN if kind in _PLAIN and not self._preview else MOST)

    def tell(
        self,
        kind: LineKind,
        origin: str,
        *,
        identifier: str | None = None,
        title: str | None = None,
        reason: str = "",
        content: bytes | None = None,
    ) -> None:
        """Add a line, unless there are enough of its kind."""
        if not self.wants(kind):
            return
        self._told[kind] += 1
        document = None if content is None else content[: min(LONGEST_DOCUMENT, self._room)]
        self._room -= len(document or b"")
        self._waiting.append(
            {
                "run_id": self._run_id,
                "kind": kind,
                "origin": _cut(origin),
                "identifier": None if identifier is None else _cut(identifier),
                "title": None if title is None else _cut(title),
                "reason": _cut(reason),
                "content": document or None,
            }
        )

    def write(self, session: Session) -> None:
        """Write down what waits."""
        if self._waiting:
            session.execute(insert(HarvestLine), self._waiting)

    def written(self) -> None:
        """Forget what was written down, once that is certain."""
        self._waiting = []


def forget_documents(session: Session, run: HarvestRun) -> None:
    """Forget the documents that earlier runs told of, now that one ends. Those of its walk stay, and of the last that came to its end."""
    ended = (HarvestRun.preview.is_(False), HarvestRun.state.in_([RunState.DONE, RunState.HELD]))
    mine = (HarvestRun.source_id == run.source_id, HarvestRun.id < run.id)
    last = session.scalar(select(func.max(HarvestRun.walk)).where(*mine, *ended)) or 0
    kept = {run.walk, *([] if run.state in (RunState.DONE, RunState.HELD) else [last])}
    older = select(HarvestRun.id).where(*mine, HarvestRun.id >= last, HarvestRun.walk.not_in(kept))  # before `last` there are none
    if run.preview:
        older = older.where(HarvestRun.preview)
    session.execute(update(HarvestLine).where(HarvestLine.run_id.in_(older), HarvestLine.content.is_not(None)).values(content=None))


def _cut(text: str) -> str:
    plain = storable(text)
    return plain if len(plain) <= _LONGEST_TEXT else f"{plain[: _LONGEST_TEXT - 1]}…"
