"""What becomes of fetched documents: looked up together, decided one by one, in their order. Nothing is kept here."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from catalogue.engines.base import Engine
from catalogue.engines.stored import MAX_IDENTIFIER, assigned_to, decode_index, entry_of, unpack
from catalogue.harvesting.codelists import ItemState, Policy
from catalogue.harvesting.conflicts import Conflict, Rival, Verdict, judge, renamed
from catalogue.harvesting.decisions import Decided, Decision, Facts
from catalogue.harvesting.items import Item, holders, names_of
from catalogue.service.assigning import read_as_kept
from catalogue.service.preparing import Ready
from database import Database
from harvesters.outcomes import Fetched
from records.codes import Domain
from records.model import NOTHING_ASSIGNED, Assigned, Record

_STAYS_WITHDRAWN = "it stays so, unless everything is harvested anew"
_LIVE = (ItemState.KEPT, ItemState.REJECTED, ItemState.COMING, ItemState.SPARED)


def decide(
    facts: Facts, database: Database, engine: Engine, documents: Sequence[tuple[Fetched, Ready]], items: Mapping[str, Item]
) -> Decided:
    """Decide on documents.

    Args:
        facts: of the run.
        database: where items are.
        engine: what keeps the records.
        documents: fetched and read, each key once.
        items: what is known of them, and of others that are at hand, by key.
    """
    deciding = _Deciding(facts, engine)
    pairs = [(fetched, ready, items.get(fetched.key) or Item(source_id=facts.source_id, key=fetched.key)) for fetched, ready in documents]
    deciding.look_up(database, pairs, list(items.values()))
    for fetched, ready, item in pairs:
        deciding.decide(fetched, ready, item)
    return deciding.decided


class _Deciding:
    """What is known of the identifiers that are claimed; follows each decision.

    Attributes:
        decided: so far.
    """

    def __init__(self, facts: Facts, engine: Engine) -> None:
        self.decided = Decided()
        self._facts = facts
        self._engine = engine
        self._digests: dict[str, str] = {}
        self._records: dict[str, Record] = {}
        self._put_now: set[str] = set()
        self._names = {facts.source_id: facts.name}
        self._holders: dict[str, list[Item]] = defaultdict(list)

    def look_up(self, database: Database, pairs: Sequence[tuple[Fetched, Ready, Item]], known: Sequence[Item]) -> None:
        """Look up what is kept under the identifiers of these documents, and who has it."""
        claims = Counter(self._target(fetched, ready, item) for fetched, ready, item in pairs)
        wanted = set(claims)
        if self._facts.policy is Policy.BOTH:
            wanted |= {renamed(_claimed(fetched, ready, item), self._facts.name) for fetched, ready, item in pairs}
        self._digests = {name: digest.hex() for name, digest in self._engine.known(list(wanted)).items()}
        plain = {
            item.identifier
            for _, ready, item in pairs
            if item.holds and self._digests.get(item.identifier or "") == ready.digest.hex() and claims[item.identifier or ""] == 1
        }
        open_to_question = [name for name in self._digests if name not in plain or self._facts.anew]
        for name, record in zip(open_to_question, self._engine.get_many(open_to_question), strict=True):
            if record is None:
                del self._digests[name]  # withdrawn this very moment
            else:
                self._records[name] = record
        here = {item.id: item for item in known}
        with database.reading() as session:
            for name, found in holders(session, open_to_question).items():
                self._holders[name] = [here.get(item.id, item) for item in found]
            self._names |= names_of(session, {item.source_id for items in self._holders.values() for item in items})

    def decide(self, fetched: Fetched, ready: Ready, item: Item) -> None:
        """Decide on a document."""
        settled = not ready.nameless or item.digest == ready.digest.hex()
        decision = Decision(fetched=fetched, ready=ready, item=item, settled=settled)
        item.seen = self._facts.run_id
        target = self._target(fetched, ready, item)
        kept = self._digests.get(target)
        if kept is None:
            self._where_nothing_is(decision, target)
        elif kept == ready.digest.hex():
            self._where_the_same_is(decision, target)
        else:
            self._where_another_is(decision, target, kept)
        self.decided.decisions.append(decision)

    def _target(self, fetched: Fetched, ready: Ready, item: Item) -> str:
        """The identifier under which a document is kept: the one it claims, or the one it got beside another record before."""
        own = _claimed(fetched, ready, item)
        beside = renamed(own, self._facts.name)
        return beside if item.holds and item.identifier == beside else own

    def _where_nothing_is(self, decision: Decision, target: str) -> None:
        item = decision.item
        if item.state is ItemState.KEPT and item.identifier == target and not self._facts.anew:
            header = self._engine.header(target)
            if header is not None and header.deleted:
                item.mark = decision.mark
                decision.conflict = Conflict(rival=Rival.WITHDRAWN, name=None, done=_STAYS_WITHDRAWN)
                return
        self._take(decision, target)

    def _where_the_same_is(self, decision: Decision, target: str) -> None:
        item, digest = decision.item, decision.ready.digest.hex()
        if item.identifier == target and (item.holds or item.has(digest)):
            self._have(decision, target)
            if self._facts.anew:
                self._put(decision, target)
            return
        owner, twins = self._owner(target), self._twins(target, item)
        theirs = owner is None or (owner != self._facts.name and bool(self._others(target)))
        if theirs or any(twin.digest == digest for twin in twins):
            self._lose(decision, target)
            return
        if twins:
            decision.conflict = Conflict(rival=Rival.TWIN, name=twins[0].key, done="the later one stands")
        self._have(decision, target)

    def _where_another_is(self, decision: Decision, target: str, kept: str) -> None:
        item, owner = decision.item, self._owner(target)
        free = any(one.state is ItemState.GONE and one.has(kept) for one in self._holders[target])
        if free or (item.identifier == target and item.has(kept)):
            self._take(decision, target)
        elif item.holds and item.identifier == target and item.digest == decision.ready.digest.hex():
            item.state, item.mark = ItemState.KEPT, decision.mark  # the source has what it had when the record was changed here
        elif owner is None:
            self._contend(decision, target, Rival.BY_HAND, None)
        elif owner != self._facts.name:
            self._contend(decision, target, Rival.ELSEWHERE, owner)
        elif twins := [twin for twin in self._twins(target, item) if twin.has(kept)]:
            self._meet_twin(decision, target, twins[0].key)
        else:
            self._contend(decision, target, Rival.EDITED, None)

    def _meet_twin(self, decision: Decision, target: str, other: str) -> None:
        """Two documents of one source: the later one stands, from then on, so that they do not take turns."""
        item = decision.item
        if item.state is not ItemState.SECOND or item.id is None:
            decision.conflict = Conflict(rival=Rival.TWIN, name=other, done="the later one stands")
            self._take(decision, target)
            return
        if item.digest != decision.ready.digest.hex():
            decision.conflict = Conflict(rival=Rival.TWIN, name=other, done="the one that is kept stays")
        self._lose(decision, target)

    def _contend(self, decision: Decision, target: str, rival: Rival, name: str | None) -> None:
        """Have the source's policy decide."""
        item, ready = decision.item, decision.ready
        record = self._records.get(target)
        kept = record.datestamp.last_second if record is not None and record.datestamp is not None else None  # later than all of that day
        verdict = judge(self._facts.policy, incoming=decode_index(ready.entry.index).updated, kept=kept)
        beside = renamed(target, self._facts.name)
        if verdict is Verdict.BOTH and not self._can_be_beside(beside):
            verdict = Verdict.LEFT
        again = item.state is ItemState.SECOND and item.digest == ready.digest.hex() and verdict is Verdict.LEFT
        if not again:
            done = f"{verdict.value}, this one as {beside}" if verdict is Verdict.BOTH else verdict.value
            decision.conflict = Conflict(rival=rival, name=name, done=done)
        match verdict:
            case Verdict.TAKEN:
                self._take(decision, target)
            case Verdict.BOTH:
                self._leave(item, rival)
                self._take(decision, beside)
            case Verdict.LEFT | Verdict.REFUSED:
                decision.refused = verdict is Verdict.REFUSED
                self._yield(decision, target, rival)

    def _can_be_beside(self, beside: str) -> bool:
        return len(beside) <= MAX_IDENTIFIER and (beside not in self._digests or self._owner(beside) == self._facts.name)

    def _yield(self, decision: Decision, target: str, rival: Rival) -> None:
        """The record stays. One that was changed here is this source's all the same, and goes when the source has it no more."""
        item = decision.item
        holds = item.holds and item.identifier == target
        if rival is not Rival.EDITED or (not holds and self._twins(target, item)):
            self._lose(decision, target)
        else:
            self._abandon(item, target)
            item.digest = item.digest if holds else decision.ready.digest.hex()
            item.identifier, item.state, item.coming = target, ItemState.KEPT, None
        item.mark = None if decision.refused else decision.mark

    def _leave(self, item: Item, rival: Rival) -> None:
        """Let go of a record that was changed here: it is the catalogue's own now."""
        if rival is Rival.EDITED and item.holds:
            item.identifier = item.digest = None

    def _take(self, decision: Decision, target: str) -> None:
        """Keep the document under an identifier."""
        self._put(decision, target)
        self._have(decision, target)

    def _have(self, decision: Decision, target: str) -> None:
        """The record of an identifier is this document's, and nobody else's."""
        item, digest = decision.item, decision.ready.digest.hex()
        for other in self._holders[target]:
            if other is item:
                continue
            if other in self.decided.abandoned:
                self.decided.abandoned.remove(other)
            elif other.state in (ItemState.GONE, ItemState.SPARED):
                self.decided.dropped.append(other)
            elif other.state is not ItemState.SECOND:
                other.state, other.coming = ItemState.SECOND, None
                self.decided.losers.append(other)
        self._abandon(item, target)
        item.identifier, item.digest, item.mark, item.coming = target, digest, decision.mark, None
        item.state = ItemState.KEPT
        self._digests[target], self._holders[target] = digest, [item]

    def _lose(self, decision: Decision, target: str) -> None:
        """The record of an identifier is not this document's."""
        item = decision.item
        self._abandon(item, target)
        item.identifier, item.digest, item.mark, item.coming = target, decision.ready.digest.hex(), decision.mark, None
        item.state = ItemState.SECOND

    def _abandon(self, item: Item, target: str) -> None:
        """What a document was kept as before it got another identifier is gone."""
        if item.identifier is None or item.identifier == target or not (item.holds or item.state is ItemState.COMING):
            return
        left = replace(item, id=None, key=f"{item.key}\n{item.identifier}", mark=None, state=ItemState.GONE)
        left.digest = None if item.state is ItemState.COMING else item.digest
        self.decided.abandoned.append(left)
        self._holders[item.identifier] = [one for one in self._holders[item.identifier] if one is not item] + [left]

    def _put(self, decision: Decision, target: str) -> None:
        """Make the document ready to be kept, with what is assigned to the record that it replaces."""
        entry, kept = decision.ready.entry, self._digests.get(target)
        decision.new, decision.same = kept is None, kept == decision.ready.digest.hex()
        decision.held = decision.item.holds and decision.item.identifier == target
        guessed = assigned_to(entry.stored)
        before = self._records.get(target)
        assigned = _assigned(before.assigned if before is not None else NOTHING_ASSIGNED, guessed, self._facts.domain)
        if assigned != guessed or target != entry.identifier:
            record = read_as_kept(unpack(entry.content), identifier=target, assigned=assigned)
            entry = entry_of(record, origin=entry.origin, harvest_source=entry.harvest_source)
        replaces = None if target in self._put_now else bytes.fromhex(kept or "")  # of two in one step the first is looked at
        self._put_now.add(target)
        decision.entry = replace(entry, replaces=replaces)

    def _owner(self, target: str) -> str | None:
        """The source of the record that is kept under an identifier; None where it was brought in by hand.

        It is the one whose document it is: the record itself tells the first who brought it so.
        """
        record = self._records.get(target)
        if target in self._put_now or record is None:
            return self._facts.name
        if record.provenance.source is None:
            return None
        live, kept = self._live(target), self._digests[target]
        names = [self._names[one.source_id] for one in ([one for one in live if one.has(kept)] or live)]
        return names[0] if names and record.provenance.source not in names else record.provenance.source

    def _live(self, target: str) -> list[Item]:
        """Documents that have a record of this identifier."""
        kept = self._digests.get(target, "")
        return [one for one in self._holders[target] if one.state in _LIVE and (one.holds or one.has(kept))]

    def _twins(self, target: str, item: Item) -> list[Item]:
        """Other documents of this source that have a record of this identifier."""
        return [one for one in self._live(target) if one is not item and one.source_id == self._facts.source_id]

    def _others(self, target: str) -> list[Item]:
        """Documents of other sources that have a record of this identifier."""
        return [one for one in self._live(target) if one.source_id != self._facts.source_id]


def _claimed(fetched: Fetched, ready: Ready, item: Item) -> str:
    """Return the identifier that a document claims: its own; without one, that of its record so far, or its name at the source."""
    if not ready.nameless:
        return ready.entry.identifier
    if item.holds and item.identifier is not None:
        return item.identifier
    named = fetched.identifier
    return named if named is not None and len(named) <= MAX_IDENTIFIER else ready.entry.identifier


def _assigned(before: Assigned, guessed: Assigned, domain: Domain | None) -> Assigned:
    """Return what is assigned to a record that takes another's place: what a curator assigned stays.

    Args:
        before: what is assigned to the other.
        guessed: what the document's source assigns, which is something only where the document tells no domain.
        domain: of the source.
    """
    told_now = before.domain == domain and guessed.domain is None
    return Assigned(domain=guessed.domain if told_now or before.domain is None else before.domain, categories=before.categories)
