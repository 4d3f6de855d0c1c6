"""Both engines answer alike: over the corpus and the records that come with Reflecs, for a kept list of questions."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.engines.stored import entry_of
from catalogue.query import Page, SearchPage
from mappings.formats import read
from tests.cluster.fixtures import catalogue_at
from tests.contracts.making import NOW
from tests.known_items.corpus import corpus_records
from tests.known_items.make_questions import QUESTIONS as KNOWN_ITEMS
from tests.parity.asking import kept_questions, question

pytestmark = [pytest.mark.corpus, pytest.mark.elasticsearch]


class Both(NamedTuple):
    """The two engines, holding the same."""

    embedded: Engine
    elasticsearch: Engine


@pytest.fixture(scope="module")
def both(corpus: Path, elasticsearch: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    shipped = sorted(path for path in Path(str(files("records"))).glob("holdings/*/**/*.xml"))
    records = [*corpus_records(corpus), *(read(path.read_bytes()) for path in shipped)]
    entries = [entry_of(record) for record in records]
    with catalogue_at(elasticsearch) as url:
        engines = Both(open_engine(f"embedded:{tmp_path_factory.mktemp('parity') / 'catalogue'}"), open_engine(url))
        for engine in engines:
            engine.put(entries, now=NOW)
        yield engines
        for engine in engines:
            engine.close()


def found(page: SearchPage) -> list[str]:
    return [hit.record.identifier for hit in page.hits]


def test_the_list_is_long_enough() -> None:
    questions = kept_questions()
    assert len(questions) == len(set(questions)) >= 100


@pytest.mark.parametrize("line", kept_questions())
def test_both_engines_answer_alike(both: Both, line: str) -> None:
    one, other = (engine.search(question(line, page=Page(limit=1000), highlight=True)) for engine in both)
    assert other.number_matched == one.number_matched
    assert other.searched_as == one.searched_as
    assert other.facets == one.facets
    assert found(other)[:10] == found(one)[:10]
    assert set(found(other)) == set(found(one)) or one.number_matched > 1000
    assert {hit.record.identifier: hit for hit in other.hits} == {hit.record.identifier: hit for hit in one.hits}
    if "text=" not in line:
        assert found(other) == found(one)


def test_both_engines_find_the_same_for_what_known_items_are_asked_by(both: Both) -> None:
    texts = [row.split("\t")[0] for row in KNOWN_ITEMS.read_text(encoding="utf-8").splitlines()]
    differing = [text for text in texts if len({tuple(found(engine.search(question(f"text={text}")))) for engine in both}) > 1]
    assert differing == []


@pytest.mark.parametrize("prefix", ["s", "se", "sea sur", "mod", "terr", "oc", "corot", "é", "2", "land c"])
def test_both_engines_suggest_names_alike(both: Both, prefix: str) -> None:
    names = [[one for one in engine.suggest(prefix) if one.field != "title"] for engine in both]
    assert names[0] == names[1]


def test_both_engines_list_alike(both: Both) -> None:
    for field in ("identifier", "platform", "keyword", "type", "year", "language"):
        assert both.embedded.values(field, 50) == both.elasticsearch.values(field, 50)
    for field in ("created", "updated", "year", "begin"):
        assert both.embedded.bounds(field) == both.elasticsearch.bounds(field)
    assert list(both.embedded.identifiers()) == list(both.elasticsearch.identifiers())
