"""Known items: a person who asks for one record finds it first."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.engines.stored import entry_of
from catalogue.query import SearchQuery
from mappings.index.document import exact_title
from tests.contracts.making import NOW
from tests.known_items.corpus import corpus_records
from tests.known_items.make_questions import QUESTIONS, WANTED


def kept() -> list[tuple[str, str, str]]:
    rows = [line.split("\t") for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    return [(question, identifier, kind) for question, identifier, kind in rows]


def test_the_list_is_what_it_is_said_to_be() -> None:
    rows = kept()
    assert len(rows) == 200
    assert Counter(kind for _, _, kind in rows) == WANTED
    assert len({identifier for _, identifier, _ in rows}) == 200


@pytest.fixture(scope="module")
def engine(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(f"embedded:{tmp_path_factory.mktemp('known') / 'catalogue'}")
    opened.put([entry_of(record) for record in corpus_records(corpus)], now=NOW)
    yield opened
    opened.close()


@pytest.mark.corpus
def test_the_wanted_record_is_first(engine: Engine) -> None:
    asked: Counter[bool] = Counter()
    missed: list[tuple[bool, str]] = []
    for question, wanted, kind in kept():
        hits = engine.search(SearchQuery(text=question)).hits
        asked[kind == "typo"] += 1
        if not hits or hits[0].record.identifier != wanted:
            missed.append((kind == "typo", question))
    shares = {typo: 1 - sum(1 for slip, _ in missed if slip is typo) / asked[typo] for typo in (False, True)}
    assert shares[False] >= 0.97, missed
    assert shares[True] >= 0.93, missed


@pytest.mark.corpus
def test_every_title_of_the_corpus_pasted_is_first(engine: Engine, corpus: Path) -> None:
    records = {record.identifier: record for record in corpus_records(corpus)}.values()  # as kept: the later stands
    titles = Counter(exact_title(record.title) for record in records if record.title)
    missed = []
    for record in records:
        if record.title and titles[exact_title(record.title)] == 1:
            hits = engine.search(SearchQuery(text=record.title)).hits
            if not hits or hits[0].record.identifier != record.identifier:
                missed.append(record.title)
    assert missed == []
