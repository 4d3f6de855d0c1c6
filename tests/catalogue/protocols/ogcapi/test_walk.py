"""Walking through all records while somebody else writes: each that stays is handed out exactly once."""

from pathlib import Path
from typing import Any

import pytest

from catalogue.engines import open_engine
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
