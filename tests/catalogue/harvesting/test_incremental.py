"""Sources that tell what changed since: nothing that is passed over once is passed over for ever."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from catalogue.harvesting import batches, outcomes
from catalogue.harvesting.codelists import RunState
from catalogue.harvesting.job import MARGIN
from catalogue.harvesting.views import PASSED_OVER, SourceSpec
from harvesters.source import Protocol
from tests.catalogue.harvesting.house import CURATOR, HERE, House, counts, document, documents
from tests.harvesters.sites import Asked, Reply, live

_OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-27T12:00:00Z</responseDate>{0}</OAI-PMH>'
_IDENTIFY = "<Identify><granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"
_FORMATS = (
    "<ListMetadataFormats><metadataFormat><metadataPrefix>iso</metadataPrefix>"
    "<metadataNamespace>http://www.isotc211.org/2005/gmd</metadataNamespace></metadataFormat></ListMetadataFormats>"
)


class Repository:
    """An OAI-PMH repository that heeds `from`.

    Attributes:
        records: name to when it changed, and its document; None where it was deleted.
        asked: the `from` of each list that was asked for; None for all.
        spoiled: names whose documents come as something else.
        circles: whether the first part of a list is handed out for ever.
    """

    def __init__(self) -> None:
        self.records: dict[str, tuple[str, bytes | None]] = {}
        self.asked: list[str | None] = []
        self.spoiled: dict[str, str] = {}
        self.circles = False

    def keep(self, house: House, name: str, title: str = "Light curves") -> None:
        self.records[name] = (f"{house.clock.now:%Y-%m-%dT%H:%M:%SZ}", document(name, title))

    def drop(self, house: House, name: str) -> None:
        self.records[name] = (f"{house.clock.now:%Y-%m-%dT%H:%M:%SZ}", None)

    def __call__(self, asked: Asked) -> Reply:
        match asked.query["verb"]:
            case "Identify":
                body = _IDENTIFY
            case "ListMetadataFormats":
                body = _FORMATS
            case verb:
                body = self._list(verb, asked.query.get("from"), asked.query.get("resumptionToken"))
        return Reply(body=_OAI.format(body).encode())

    def _list(self, verb: str, since: str | None, token: str | None) -> str:
        if token is None:
            self.asked.append(since)
        begin, since = (int(token.split()[0]), token.split()[1]) if token else (0, since or "0")
        every = [name for name, (changed, _) in sorted(self.records.items()) if changed >= since]
        if not every:
            return '<error code="noRecordsMatch"/>'
        part, after = every[begin : begin + 5], begin + 5
        following = "0 0" if self.circles else f"{after} {since}" if after < len(every) else ""
        return f"<{verb}>{''.join(map(self._record, part))}<resumptionToken>{following}</resumptionToken></{verb}>"

    def _record(self, name: str) -> str:
        changed, content = self.records[name]
        deleted = ' status="deleted"' if content is None else ""
        header = f"<header{deleted}><identifier>{name}</identifier><datestamp>{changed}</datestamp></header>"
        said = self.spoiled.get(name, content.decode() if content else "")
        return f"<record>{header}<metadata>{said}</metadata></record>" if content else f"<record>{header}</record>"


@contextmanager
def _source(house: House, repository: Repository, *, share: float = 1.0) -> Iterator[None]:
    with live(repository) as address:
        spec = SourceSpec(name="stars", protocol=Protocol.OAI, url=f"{address}/oai", rate=None, share=share)
        house.sources.add(spec, by=CURATOR, address=HERE)
        yield


def _held(house: House, repository: Repository) -> None:
    assert set(house.kept()) == {name for name, (_, content) in repository.records.items() if content is not None}
    for name, content in house.kept().items():
        assert content.split(b"CharacterString>")[3] == (repository.records[name][1] or b"").split(b"CharacterString>")[3]


@pytest.fixture
def repository(house: House) -> Repository:
    made = Repository()
    for number in range(12):
        made.keep(house, f"record-{number:02}")
    house.clock.forward(hours=1)
    return made


def test_what_changed_since_is_asked_for(house: House, repository: Repository) -> None:
    with _source(house, repository):
        first = house.harvest("stars")
        house.clock.forward(hours=1)
        repository.keep(house, "record-03", "Spectra")
        repository.keep(house, "new")
        repository.drop(house, "record-04")
        second = house.harvest("stars")
        assert (first.since, first.complete) == (None, True)
        assert first.started is not None
        assert (second.since, second.complete) == (first.started - MARGIN, False)
        assert (second.unsure, house.runs.attention()) == (False, [])
        assert counts(second) == {"received": 2, "created": 1, "updated": 1, "withdrawn": 1}
        _held(house, repository)


def test_a_preview_tells_the_same(house: House, repository: Repository) -> None:
    with _source(house, repository):
        house.harvest("stars")
        house.clock.forward(hours=1)
        repository.keep(house, "record-03", "Spectra")
        repository.drop(house, "record-04")
        preview = house.harvest("stars", preview=True)
        assert counts(preview) == counts(house.harvest("stars"))


def test_deletions_that_are_told_wait_for_a_curator_too(house: House, repository: Repository) -> None:
    with _source(house, repository, share=0.1):
        house.harvest("stars")
        house.clock.forward(hours=1)
        for number in range(3):
            repository.drop(house, f"record-{number:02}")
        run = house.harvest("stars")
        assert (run.state, run.withdrawn) == (RunState.HELD, 3)
        assert len(house.kept()) == 12
        again = house.harvest("stars")
        assert (again.state, again.withdrawn) == (RunState.HELD, 3)
        house.runs.confirm(again.id, by=CURATOR, address=HERE)
        house.runner().run_due()
        _held(house, repository)


@pytest.mark.parametrize("spoiled", ["<unreadable xmlns=''/>", ""])
def test_a_document_that_came_as_something_else_once_is_asked_for_again(house: House, repository: Repository, spoiled: str) -> None:
    with _source(house, repository):
        house.harvest("stars")
        house.clock.forward(hours=1)
        repository.keep(house, "record-03", "Spectra")
        repository.spoiled = {"record-03": spoiled}
        assert house.harvest("stars").rejected == 1
        repository.spoiled = {}
        house.clock.forward(hours=1)
        house.harvest("stars")
        _held(house, repository)


def test_a_document_that_is_bad_for_ever_does_not_have_everything_listed_for_ever(house: House, repository: Repository) -> None:
    repository.spoiled = {"record-03": "<unreadable xmlns=''/>"}
    with _source(house, repository):
        for _ in range(4):
            assert house.harvest("stars").state is RunState.DONE
            house.clock.forward(hours=1)
        assert repository.asked[:2] == [None, None]
        assert None not in repository.asked[2:]


def test_a_record_that_never_can_be_had_does_not_have_everything_listed_for_ever(
    house: House, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for so often that it is no chance, then it waits until its source changes it."""
    monkeypatch.setattr(outcomes, "TRIES", 3)
    repository.spoiled = {"record-03": ""}
    with _source(house, repository):
        for _ in range(6):
            run = house.harvest("stars")
            assert (run.state, run.rejected) == (RunState.DONE, 1 if run.since is None else 0)
            house.clock.forward(hours=1)
        assert [since is None for since in repository.asked] == [True, True, True, True, False, False]
        repository.spoiled = {}
        repository.keep(house, "record-03", "Spectra")
        assert house.harvest("stars").created == 1
        _held(house, repository)


def test_what_a_list_in_a_circle_passed_over_is_asked_for_again(house: House, repository: Repository) -> None:
    with _source(house, repository):
        house.harvest("stars")
        house.clock.forward(hours=1)
        for number in range(12):
            repository.keep(house, f"record-{number:02}", "Spectra")
        repository.circles = True
        circled = house.harvest("stars")
        assert (circled.state, circled.message, circled.unsure) == (RunState.DONE, PASSED_OVER, True)
        assert [run.id for run in house.runs.attention()] == [circled.id]
        repository.circles = False
        house.clock.forward(hours=1)
        house.harvest("stars")
        _held(house, repository)


def test_a_loser_is_asked_for_when_the_winner_is_gone(house: House, repository: Repository) -> None:
    house.folder("a", {"x.xml": document("x", "theirs", "2026-06-01")})
    house.harvest("a")
    repository.keep(house, "x", "of the repository")
    with _source(house, repository):
        house.harvest("stars")
        assert house.titles()["x"] == "theirs"
        house.empty("a", ["x.xml"])
        house.harvest("a")
        house.clock.forward(hours=1)
        house.harvest("stars")
        assert house.titles()["x"] == "of the repository"


def test_an_interrupted_run_does_not_move_the_time_that_is_asked_for(
    house: House, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "LARGE", 3)
    with _source(house, repository):
        run_id = house.start("stars")
        stopped = house.runner().run(
            run_id, lambda view: house.runs.cancel(run_id, by=CURATOR, address=HERE) if view.received == 5 else None
        )
        assert stopped.state is RunState.CANCELLED
        house.clock.forward(hours=1)
        repository.keep(house, "record-00", "Spectra")  # which the walk is past
        resumed = house.harvest("stars")
        assert (resumed.state, stopped.received + resumed.received) == (RunState.DONE, 12)
        house.clock.forward(hours=1)
        house.harvest("stars")
        _held(house, repository)


def _pages(asked: Asked, files: dict[str, bytes], cut: list[int]) -> Reply:
    """A folder on the web; its listing comes cut short once for each number in `cut`."""
    name = asked.path.rpartition("/")[2]
    if name in files:
        return Reply(body=files[name])
    if name:
        return Reply(status=404)
    listed = list(files)[: cut.pop()] if cut else list(files)
    return Reply(body=f"<html>{''.join(f'<a href={each}>{each}</a>' for each in listed)}</html>".encode())


def test_a_list_that_came_cut_short_withdraws_nothing(house: House) -> None:
    files = documents(12)
    cut: list[int] = []
    with live(lambda asked: _pages(asked, files, cut)) as address:
        spec = SourceSpec(name="stars", protocol=Protocol.WAF, url=f"{address}/records/", rate=None, share=1.0)
        house.sources.add(spec, by=CURATOR, address=HERE)
        house.harvest("stars")
        cut[:] = [11]
        run = house.harvest("stars")
        assert (run.state, run.withdrawn, len(house.kept())) == (RunState.DONE, 0, 12)
        del files["0003.xml"]
        assert house.harvest("stars").withdrawn == 1
        assert len(house.kept()) == 11
