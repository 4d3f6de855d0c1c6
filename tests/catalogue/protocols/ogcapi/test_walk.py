"""Walking through all records while somebody else writes: each that stays is handed out exactly once."""

from pathlib import Path
from typing import Any

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Entry
from catalogue.protocols.ogcapi import items
from records.model import Identifier
from tests.catalogue.protocols.ogcapi.making import ITEMS, hrefs, path_of
from tests.catalogue.protocols.serving import serving
from tests.contracts.making import NOW, entry


@pytest.mark.parametrize("question", ["", "&q=word", "&q=word,none", "&sortby=-title", "&filter=title LIKE 'title%25'"])
def test_a_walk_is_whole_while_others_write(tmp_path: Path, question: str) -> None:
    with serving(tmp_path, []) as app:
        writer = open_engine(f"embedded:{tmp_path / 'catalogue'}")
        writer.put([entry(f"r{number:03}", f"title {number:03} word") for number in range(300)], now=NOW)
        path, walked, round_ = f"{ITEMS}?limit=20{question}", [], 0
        while path:
            page: Any = app.test_client().get(path).json
            walked += [given["id"] for given in page["features"]]
            assert page["numberMatched"] == 300 + round_
            writer.put([entry(f"a{round_:03}", f"title {round_:03} first word"), entry(f"r{round_:03}x", "another word")], now=NOW)
            writer.delete([f"r{round_:03}x"], now=NOW)
            round_ += 1
            onward = hrefs(page["links"], "next")
            path = path_of(app, onward[0]) if onward else ""
        writer.close()
    old = [identifier for identifier in walked if identifier.startswith("r") and not identifier.endswith("x")]
    assert sorted(old) == [f"r{number:03}" for number in range(300)]
    assert len(set(walked)) == len(walked)


def test_a_walk_by_a_scheme_is_whole_while_others_write(tmp_path: Path) -> None:
    def identified(number: int) -> Entry:
        return entry(f"r{number:03}", f"title {number}", identifiers=(Identifier(code=f"10.5/{number}", codespace="doi"),))

    with serving(tmp_path, []) as app:
        writer = open_engine(f"embedded:{tmp_path / 'catalogue'}")
        writer.put([identified(number) for number in range(0, 60, 2)], now=NOW)
        path, walked, added = f"{ITEMS}?limit=7&externalIds=doi:", [], 1
        while path:
            page: Any = app.test_client().get(path).json
            walked += [given["id"] for given in page["features"]]
            writer.put([identified(added)], now=NOW)
            added += 2
            onward = hrefs(page["links"], "next")
            path = path_of(app, onward[0]) if onward else ""
        writer.close()
    assert [identifier for identifier in walked if int(identifier[1:]) % 2 == 0] == [f"r{number:03}" for number in range(0, 60, 2)]
    assert len(set(walked)) == len(walked)


@pytest.mark.parametrize("most", [1, 5000])
def test_large_records_make_short_pages_and_a_walk_is_whole(tmp_path: Path, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "BYTES", most)
    with serving(tmp_path, []) as app:
        writer = open_engine(f"embedded:{tmp_path / 'catalogue'}")
        writer.put([entry(f"r{number:03}", f"title {number:03} word") for number in range(40)], now=NOW)
        path, pages = f"{ITEMS}?limit=30&q=word&facets=domain", []
        while path:
            answer = app.test_client().get(path)
            page: Any = answer.json
            assert len(answer.data) < most + 6000, "no more than a record beyond, and what stands around them"
            assert page["numberReturned"] == len(page["features"]) < 30
            pages.append([given["id"] for given in page["features"]])
            writer.put([entry(f"a{len(pages):03}", "another word")], now=NOW)
            onward = hrefs(page["links"], "next")
            path = path_of(app, onward[0]) if onward else ""
        writer.close()
    walked = [identifier for page in pages for identifier in page]
    assert [identifier for identifier in sorted(walked) if identifier.startswith("r")] == [f"r{number:03}" for number in range(40)]
    assert len(set(walked)) == len(walked)
    assert (max(map(len, pages)) == 1) == (most == 1)
