"""What needs a curator today: harvests that failed, wait or left a doubt, records that are not as they should be, and what is under way."""

from dataclasses import dataclass

from flask import render_template

from catalogue.harvesting.views import RunView
from ui.administration.overview import Work
from ui.curate.current import blueprint, curation, required_curator
from ui.curate.harvest_words import Standing, grouped, held, standing
from ui.speech import _

_LAST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A harvest that needs somebody.

    Attributes:
        act: where a form goes that does what most likely is to be done, and the words of its button; None where one has to look first.
    """

    standing: Standing
    act: tuple[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage:
    """All that the overview shows; `none` of its sources tells whether there are any at all."""

    work: list[Work]
    waiting: list[Waiting]
    under_way: list[Standing]
    last: list[Standing]
    sources: int


@blueprint.get("/", strict_slashes=False)
@blueprint.get("")
def overview() -> str:
    """The overview."""
    by, here = required_curator(), curation()
    waiting, sources = here.runs.attention(), here.sources.all()
    busy = frozenset(each.name for each in sources if each.running)
    found = here.checking.summary()
    uploads = here.curating.waiting(by)
    score = "–" if found.mean_score is None else f"{found.mean_score:.0f}"
    work = [
        _one(
            len(waiting),
            _("Harvests"),
            _("failed, are stuck, perhaps incomplete or wait for your word"),
            "#harvests" if waiting else "/curate/sources",
        ),
        _one(found.invalid, _("Invalid records"), _("do not keep to their standard"), "/curate/records?state=invalid"),
        _one(found.broken_links, _("Broken links"), _("records with a link that leads nowhere"), "/curate/records?state=broken+links"),
        _one(uploads, _("Uploads"), _("are checked and wait to be stored"), "/curate/upload"),
        Work(number=score, words=_("FAIR score"), says=_("of 100, on average"), href="/curate/records", due=False),
    ]
    page = OverviewPage(
        work=work,
        waiting=[Waiting(standing=standing(each), act=_act(each, busy)) for each in waiting],
        under_way=[standing(each.running) for each in sources if each.running],
        last=[standing(each) for each in here.runs.runs(size=_LAST)[0]],
        sources=len(sources),
    )
    return render_template("curate/overview.html", page=page)


def _act(run: RunView, busy: frozenset[str]) -> tuple[str, str] | None:
    if run.stuck:
        return f"/curate/runs/{run.id}/cancel", _("Cancel")
    if held(run) or run.source in busy:
        return None
    return f"/curate/sources/{run.source}/run", _("Run again")


def _one(number: int, words: str, says: str, href: str) -> Work:
    return Work(number=grouped(number), words=words, says=says, href=href, due=number > 0)
