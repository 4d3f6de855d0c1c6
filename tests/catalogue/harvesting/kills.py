"""Harvests through faults, kills the harvester (-9) at random moments, and looks at what became of the records.

    python -m tests.catalogue.harvesting.kills --faults 200 [--seed 11]

Each round has a source of another kind, which is filled, changed and harvested again and again. A harvester is a process of its own, forked
from one that has its modules loaded, so that a life begins within milliseconds. Each life's clock is ten minutes ahead of the one before:
the lease of a dead harvester is over for the next one, and nobody has to wait.

What is looked for: a record that the source has, and that was kept once, is never missing (after each life); when the faults are lifted and
the run is repeated, the catalogue holds what the source has, to the byte, and nothing else (after each turn).
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Final

from accounts.errors import StateError
from catalogue.harvesting.codelists import RunState
from tests.catalogue.harvesting.rig.proxy import Proxy, between
from tests.catalogue.harvesting.rig.sources import KINDS, Living, document, living, protocol_of
from tests.catalogue.harvesting.rig.target import CURATOR, Target
from tests.catalogue.harvesting.rig.truth import truth

_BETWEEN_LIVES: Final = timedelta(minutes=10)
_RECORDS: Final = 60
_GONE: Final = 3
"""Records that a turn takes away: fewer than the brake holds for."""
_TURNS: Final = 3
_LIVES: Final = 5
"""Lives of a turn, before the faults are lifted."""
_REPEATS: Final = 3
"""Lives after that, within which all has to be right."""
_SHARE: Final = 0.2


@dataclass
class Outcome:
    """What became of it.

    Attributes:
        faults: what went wrong between a source and the harvester, by kind.
        kills: harvesters that were killed.
        busy: kills that hit one in the middle of a run.
        rounds: sources that were harvested, by kind.
        states: in which runs ended.
        wrong: what is not as it should be, in sentences; none is the aim.
        seconds: it took.
    """

    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    busy: int = 0
    rounds: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class _Clock:
    """Tells the time of a life."""

    life: int = 0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.life * _BETWEEN_LIVES


class Nest:
    """Gives birth to harvesters."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._longest = 1.0

    def life(self, folder: Path, life: int, *, killed_by: random.Random | None) -> bool:
        """Let a harvester live, to its end or until it is killed by chance; return whether it was killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(folder), life]) + "\n")
        self._process.stdin.flush()
        worker, began = int(self._process.stdout.readline()), time.monotonic()
        if killed_by is not None:
            time.sleep(killed_by.uniform(0, self._longest))
            with suppress(ProcessLookupError):  # it had done all there was
                os.kill(worker, signal.SIGKILL)
        ended = int(self._process.stdout.readline())
        if killed_by is None:
            assert ended == 0, f"a harvester ended with {ended}"
            self._longest = time.monotonic() - began
        return ended == -signal.SIGKILL


@contextmanager
def nest() -> Iterator[Nest]:
    """Yield what gives birth to harvesters."""
    command = [sys.executable, "-m", "tests.catalogue.harvesting.kills", "--nest"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        yield Nest(process)
        assert process.stdin is not None
        process.stdin.close()


def run(folder: Path, *, faults: int, seed: int, kinds: tuple[str, ...] = KINDS, turns: int = _TURNS) -> Outcome:
    """Harvest one source after the other, each kind once at least, until so many things went wrong; return what became of it."""
    outcome, began = Outcome(), time.monotonic()
    with nest() as mother:
        for number, kind in zip(count(), cycle(kinds), strict=False):
            if number >= len(kinds) and outcome.faults.total() + outcome.kills >= faults:
                break
            _Round(folder / f"round{number}", kind, f"{kind}, round {number}, seed {seed}", seed * 1000 + number, mother, outcome).play(
                turns
            )
    outcome.seconds = time.monotonic() - began
    return outcome


class _Round:
    """One source, filled, changed and harvested in turns."""

    def __init__(self, folder: Path, kind: str, name: str, seed: int, mother: Nest, outcome: Outcome) -> None:
        self._folder = folder
        self._kind = kind
        self._name = name
        self._seed = seed
        self._chance = random.Random(seed)  # noqa: S311  -- the same each time is meant
        self._mother = mother
        self._outcome = outcome
        self._clock = _Clock()
        self._alive: set[str] = set()
        self._sure: set[str] = set()
        """What the source has and the catalogue has had."""

    def play(self, turns: int) -> None:
        self._folder.mkdir(parents=True)
        self._outcome.rounds[self._kind] += 1
        with living(self._kind, self._folder, self._clock) as source:
            proxy = Proxy(source.url, seed=self._seed, share=_SHARE)
            with between(source.url, proxy) as url:
                target = self._target()
                target.add("source", protocol_of(self._kind), url, page_size=self._chance.choice([5, 10, 20]))
                target.close()
                for turn in range(turns):
                    self._change(source, turn)
                    proxy.lifted = False
                    for _ in range(_LIVES):
                        self._live(killed=self._chance.random() < 0.6)
                    proxy.lifted = True
                    self._settle(source)
            self._outcome.faults += proxy.done
        self._look_at_runs()

    def _target(self) -> Target:
        return Target(self._folder, self._clock)

    def _change(self, source: Living, turn: int) -> None:
        names = sorted(self._alive)
        gone = set(self._chance.sample(names, _GONE)) if names else set()
        if gone:
            source.drop(gone)
        self._alive -= gone
        self._sure -= gone
        changed = self._chance.sample(sorted(self._alive), 5) if names else []
        fresh = [f"record-{turn}-{number:03}" for number in range(10 if names else _RECORDS)]
        source.keep({name: document(name, f"said in turn {turn}", self._clock()) for name in (*changed, *fresh)})
        self._alive |= set(fresh)

    def _live(self, *, killed: bool) -> None:
        self._clock.life += 1
        if self._mother.life(self._folder, self._clock.life, killed_by=self._chance if killed else None):
            self._outcome.kills += 1
        target = self._target()
        self._outcome.busy += any(view.state is RunState.RUNNING for view in target.runs.runs()[0])
        held = set(target.documents())
        target.close()
        lost = self._sure - held
        self._sure |= held & self._alive
        if lost:
            self._wrong(f"{len(lost)} records were lost in life {self._clock.life}: {sorted(lost)[:3]}")
            self._sure -= lost  # told once

    def _settle(self, source: Living) -> None:
        """Repeat the run, without faults, until the catalogue holds what the source has."""
        expected = truth(protocol_of(self._kind), source.url)
        if set(expected) != self._alive:
            self._wrong("the source itself does not hand out what it has")
        held: dict[str, bytes] = {}
        for _ in range(_REPEATS):
            self._live(killed=False)
            target = self._target()
            held = target.documents()
            last = target.runs.runs()[0][0]
            target.close()
            if last.state is RunState.DONE and held == expected:
                return
        missing, extra = sorted(set(expected) - set(held)), sorted(set(held) - set(expected))
        other = sorted(name for name in set(held) & set(expected) if held[name] != expected[name])
        self._wrong(f"it ends {last.state} ({last.message}); missing {missing[:3]}, too many {extra[:3]}, not as they are {other[:3]}")

    def _look_at_runs(self) -> None:
        target = self._target()
        self._outcome.states.update(view.state.value for view in target.runs.runs(size=1000)[0])
        target.close()

    def _wrong(self, what: str) -> None:
        self._outcome.wrong.append(f"{self._name}: {what}")


def _hatch() -> None:
    """Give birth to a harvester for each line that is read, and say how it ended."""
    for line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            _harvest(*json.loads(line))
        _, status = os.waitpid(worker, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 -- to who killed it


def _harvest(folder: str, life: int) -> None:
    """Say that one is there; run the source, or go on with the run that is there; never return."""
    print(os.getpid(), flush=True)  # noqa: T201 -- to who kills it
    target = Target(Path(folder), _Clock(life))
    with suppress(StateError):  # a run waits, or was left behind
        target.runs.start("source", by=CURATOR, address=None)
    target.runner.run_due()
    target.close()
    os._exit(0)


def main() -> None:
    """Run it by command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=200, help="how many things go wrong at least, kills among them")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--kinds", default=",".join(KINDS), help="of sources")
    parser.add_argument("--nest", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.nest:
        _hatch()
        return
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), faults=given.faults, seed=given.seed, kinds=tuple(given.kinds.split(",")))
    print(  # noqa: T201
        f"{outcome.kills} kills, {outcome.busy} of them in the middle of a run; {outcome.faults.total()} faults: {dict(outcome.faults)}; "
        f"rounds: {dict(outcome.rounds)}; runs: {dict(outcome.states)}; {outcome.seconds:.0f} s."
    )
    for problem in outcome.wrong:
        print(f"wrong: {problem}")  # noqa: T201
    sys.exit(1 if outcome.wrong else 0)


if __name__ == "__main__":
    main()
