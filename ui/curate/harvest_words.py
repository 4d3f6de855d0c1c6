"""Harvests in words: where a run stands, what it did, how a source is asked, what a policy means."""

from dataclasses import dataclass
from typing import Final

from accounts.visitors import COMMAND_LINE
from catalogue.harvesting.codelists import LineKind, Policy, RunState
from catalogue.harvesting.views import SCHEDULE, RunView
from harvesters.source import Protocol
from mappings.vocabularies.words import number_words
from ui.administration.words import Mark
from ui.curate.sentences import said
from ui.language import language
from ui.speech import _, ngettext

_AT_WORK: Final = frozenset({RunState.WAITING, RunState.RUNNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A run as lists show it.

    Attributes:
        mark: its state.
        says: why it failed or is held, or what it did, a sentence or a few words.
        by: who asked for it, in words.
        took: how long, in words; None where it has not begun.
        progress: of one that is under way; None of one that is over.
        stops: whether it can be cancelled.
    """

    run: RunView
    mark: Mark
    says: str
    by: str
    took: str | None
    progress: "Progress | None"
    stops: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        path: of the JSON that tells it anew.
        share: of what is expected, per mille; None where that is not known.
    """

    path: str
    words: str
    share: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """How a protocol is called, and what its address is."""

    protocol: Protocol
    words: str
    says: str
    filters: tuple[tuple[str, str], ...]


def standing(run: RunView) -> Standing:
    """Return a run as lists show it."""
    return Standing(
        run=run,
        mark=run_mark(run),
        says=reason(run) or outcome_words(run),
        by={SCHEDULE: _("the schedule"), COMMAND_LINE.actor: _("the command line")}.get(run.by, run.by),
        took=None if run.seconds is None else duration_words(run.seconds),
        progress=progress(run) if under_way(run) else None,
        stops=run.state in _AT_WORK and not run.cancelling,
    )


def under_way(run: RunView) -> bool:
    """Return whether a run is to go on by itself: it waits, is at work, or is to do what a curator decided on."""
    return run.state in _AT_WORK or (run.state is RunState.HELD and run.confirmed)


def held(run: RunView) -> bool:
    """Return whether a run waits for a curator's word."""
    return run.state is RunState.HELD and not run.confirmed


def run_mark(run: RunView) -> Mark:
    """Return where a run stands."""
    if run.cancelling and under_way(run):
        return Mark(_("Is being cancelled"), "over")
    if run.stuck:
        return Mark(_("Stuck"), "bad")
    return {
        RunState.WAITING: Mark(_("Waits to begin"), "wait"),
        RunState.RUNNING: Mark(_("Under way"), "wait"),
        RunState.DONE: Mark(_("Perhaps incomplete"), "bad") if run.unsure else Mark(_("Done"), "good"),
        RunState.HELD: _held_mark(run),
        RunState.FAILED: Mark(_("Failed"), "bad"),
        RunState.CANCELLED: Mark(_("Cancelled"), "over"),
        RunState.LOST: Mark(_("Interrupted"), "bad"),
    }[run.state]


def _held_mark(run: RunView) -> Mark:
    if not run.confirmed:
        return Mark(_("Waits for you"), "bad")
    return Mark(_("Under way"), "wait") if run.sparing else Mark(_("Withdraws"), "wait")


def reason(run: RunView) -> str:
    """Return why a run did not go through, or not surely, a sentence; "" where it did, or may yet."""
    if run.stuck:
        return _("Nothing has come from the source for half an hour.")
    if held(run):
        return ngettext(
            "%(count)s record would be withdrawn and waits for your word.",
            "%(count)s records would be withdrawn and wait for your word.",
            run.withdrawn,
            count=grouped(run.withdrawn),
        )
    if run.state is RunState.HELD and run.sparing:
        return message(run)
    if run.state is RunState.HELD:
        return _("What is not at the source any more is withdrawn as soon as a worker is free.")
    return message(run) if run.unsure or run.state in {RunState.FAILED, RunState.LOST} else ""


def message(run: RunView) -> str:
    """Return what whoever worked on a run wrote down at its end, a sentence; "" for nothing."""
    return said(run.message)


def outcome_words(run: RunView) -> str:
    """Return what a run did, the most important first: "12 new, 3 changed"; of a preview, what it would do."""
    withdrawn = 0 if run.state is RunState.HELD else run.withdrawn
    words = [
        (ngettext("%(count)s new", "%(count)s new", run.created, count=grouped(run.created)), run.created),
        (ngettext("%(count)s changed", "%(count)s changed", run.updated, count=grouped(run.updated)), run.updated),
        (ngettext("%(count)s withdrawn", "%(count)s withdrawn", withdrawn, count=grouped(withdrawn)), withdrawn),
        (ngettext("%(count)s rejected", "%(count)s rejected", run.rejected, count=grouped(run.rejected)), run.rejected),
        (ngettext("%(count)s conflict", "%(count)s conflicts", run.conflicts, count=grouped(run.conflicts)), run.conflicts),
        (ngettext("%(count)s unchanged", "%(count)s unchanged", run.unchanged, count=grouped(run.unchanged)), run.unchanged),
    ]
    done = ", ".join(each for each, number in words if number)
    return done or (_("nothing yet") if under_way(run) else _("nothing"))


def progress(run: RunView) -> Progress:
    """Return how far a run is."""
    received = grouped(run.received)
    if run.state is not RunState.RUNNING:
        words = _("It begins as soon as a worker is free.")
    elif run.expected:
        words = _("%(received)s of %(expected)s documents", received=received, expected=grouped(run.expected))
    else:
        words = ngettext("%(count)s document", "%(count)s documents", run.received, count=received)
    share = min(1000, 1000 * run.received // run.expected) if run.expected and run.state is RunState.RUNNING else None
    return Progress(path=f"/curate/runs/{run.id}.json", words=words, share=share)


def grouped(number: int) -> str:
    """Return a number, its thousands grouped."""
    return number_words(number, language())


def duration_words(seconds: float) -> str:
    """Return a length of time as one says it: "45 s", "12 min 5 s", "3 h 20 min", "2 d 4 h"."""
    whole = max(0, round(seconds))
    days = "j" if language() == "fr" else "d"
    steps = ((86_400, days, 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))
    for size, unit, below, smaller in steps:
        if whole >= size:
            rest = whole % size // below
            return f"{whole // size}\u202f{unit}" + (f" {rest}\u202f{smaller}" if rest else "")
    return f"{whole}\u202fs"


def kind_words(kind: LineKind, *, would: bool = False) -> str:
    """Return what the lines of a kind tell of; `would`: of what a preview or a held run would do."""
    return {
        LineKind.CREATED: _("New"),
        LineKind.UPDATED: _("Changed"),
        LineKind.WITHDRAWN: _("Would be withdrawn") if would else _("Withdrawn"),
        LineKind.REJECTED: _("Rejected"),
        LineKind.CONFLICT: _("Conflicts"),
        LineKind.DOUBTFUL: _("Kept with problems"),
    }[kind]


def policies() -> list[tuple[Policy, str, str]]:
    """Return the policies with their words, and what each does."""
    return [
        (Policy.NEWER, _("The newer one"), _("Its own date decides; where neither has one, what is here stays.")),
        (Policy.FIRST, _("The one that is here"), _("What came first stays; the other is told as a conflict.")),
        (Policy.BOTH, _("Both"), _("The one from this source gets the name of the source behind its identifier.")),
        (Policy.REFUSE, _("The one that is here, and this one is refused"), _("It is told as a problem of the source.")),
    ]


def policy_words(policy: Policy) -> str:
    """Return what stands where two documents have one identifier."""
    return next(words for each, words, _says in policies() if each is policy)


def addresses(*, folders: bool) -> list[Address]:
    """Return the protocols, with what to give as address and the filters they know; `folders`: of this machine, too."""
    found = [
        Address(
            protocol=Protocol.CSW,
            words="CSW 2.0.2, 3.0",
            says=_("The address of the service, such as https://catalogue.example.org/csw."),
            filters=(
                ("cql", _("a constraint in CQL text")),
                ("schema", _("the output schema, by its namespace")),
                ("typenames", _("of the query; else csw:Record")),
                ("version", _("2.0.2 or 3.0.0; else the one that works")),
            ),
        ),
        Address(
            protocol=Protocol.RECORDS,
            words="OGC API – Records",
            says=_("The address of the items, of a collection, or of a service with one collection."),
            filters=(
                ("collection", _("which one, where there are several")),
                ("q, bbox, datetime, filter …", _("as the service takes them")),
            ),
        ),
        Address(
            protocol=Protocol.OAI,
            words="OAI-PMH",
            says=_("The base URL, without a verb."),
            filters=(("prefix", _("the metadata format, such as iso19139")), ("set", _("one or several, with blanks between"))),
        ),
        Address(
            protocol=Protocol.STAC,
            words="STAC",
            says=_("The address of the API, or of a static catalog.json. Its collections are taken."),
            filters=(("…", _("as the API takes them, where it searches collections")),),
        ),
        Address(
            protocol=Protocol.CMR,
            words="NASA CMR",
            says=_("The address of the search, https://cmr.earthdata.nasa.gov/search."),
            filters=(("format", _("dif10 or umm; else dif10")), ("provider, keyword, platform …", _("as the service takes them"))),
        ),
        Address(
            protocol=Protocol.WAF,
            words=_("Folder on the web"),
            says=_("The address of a page that lists files; its folders are walked, robots.txt is heeded."),
            filters=(("files", _("patterns with blanks between; else *.xml *.json")), ("depth", _("of folders in folders; else 20"))),
        ),
        Address(
            protocol=Protocol.REFLECS,
            words=_("Another Reflecs"),
            says=_("The address of the catalogue, as its pages have it."),
            filters=(("set", _("such as domain:earth or source:NAME")),),
        ),
    ]
    if folders:
        here = Address(
            protocol=Protocol.FOLDER,
            words=_("Folder or zip of this machine"),
            says=_("Its path on the machine that harvests."),
            filters=(("files", _("patterns with blanks between; else *.xml *.json")),),
        )
        found.append(here)
    return found


def protocol_words(protocol: Protocol) -> str:
    """Return how a protocol is called."""
    return next(each.words for each in addresses(folders=True) if each.protocol is protocol)
