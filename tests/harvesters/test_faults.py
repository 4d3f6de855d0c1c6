"""200 random faults and kills: none lost, none wrongly withdrawn, and afterwards exactly what the source has."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalogue.protocols.serving import HOLDINGS, serving
from tests.harvesters.keeping import Kept
from tests.harvesters.scripted import ScriptedCsw, ScriptedOai, names
from tests.harvesters.sites import Faults, Site, forwarding, live, live_app, source

ROUNDS = 12


def _server(kind: str, alive: dict[str, str], rng: random.Random) -> Site:
    if kind == "csw":
        return ScriptedCsw(alive, most=rng.choice([3, 7, 1000]))
    return ScriptedOai({**alive}, page=rng.choice([3, 7]), size=rng.choice([None, len(alive)]))


@pytest.mark.parametrize("kind", ["csw", "oai"])
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_after_faults_and_kills_exactly_the_source_s_records_are_kept(kind: str, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  -- the same faults each time
    alive = {name: f"says {name}" for name in names(40)}
    kept = Kept()
    with live(_server(kind, alive, rng)) as address:
        assert kept.run(source(kind, address, page_size=8))
    gone = set(rng.sample(names(40), 5))
    for name in gone:
        del alive[name]
    changed = rng.sample(sorted(alive), 5)
    alive |= dict.fromkeys(changed, "changed") | {f"fresh-{number}": "new" for number in range(5)}
    faults = Faults(_server(kind, alive, rng), seed, share=0.3)
    with live(faults) as address:
        asked = source(kind, address, page_size=8)
        for _ in range(2):
            kept.run(asked, dies_after=rng.choice([None, 1, 2, 4]))
            lost = (set(names(40)) - gone) - set(kept.documents)
            assert not lost, "a record that the source has was withdrawn"
        faults.lifted = True
        kept.run(asked)  # may go on where the faulty run stopped, with its doubts
        assert kept.run(asked)
    assert set(kept.documents) == set(alive)
    assert all(f">{said}<".encode() in kept.documents[name] for name, said in alive.items())


@pytest.fixture(scope="module")
def reflecs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("faults"), [HOLDINGS]) as app, live_app(app) as address:
        yield address


@pytest.mark.parametrize(("kind", "path"), [("csw", "/csw"), ("records", "/ogc/collections/records"), ("oai", "/oai"), ("reflecs", "")])
@pytest.mark.parametrize("seed", range(3))
def test_our_own_doors_are_harvested_through_faults(reflecs: str, kind: str, path: str, seed: int) -> None:
    faults = Faults(forwarding(reflecs), seed, share=0.15)
    kept = Kept()
    with live(faults) as address:
        asked = source(kind, address + path, page_size=30)
        kept.run(asked, dies_after=2)
        kept.run(asked)
        faults.lifted = True
        kept.run(asked)
        assert kept.run(asked)
    assert len(kept.documents) == len(list(Path(HOLDINGS).rglob("*.xml")))
