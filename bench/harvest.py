"""Measures a harvest end to end: `reflecs serve` on one catalogue, asked by a run that fills another one, on one machine.

    python -m bench.harvest --records 100000

The documents are the ISO 19139 ones of ../shared/corpus, varied (`bench.variations`). `--keep` names a folder that is kept; a source
that lies there is not loaded again. `--profile` tells where the time of the runs goes, and makes them slower.
"""

import argparse
import cProfile
import json
import os
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from accounts.accounts import Accounts
from accounts.codelists import Role
from accounts.mail import open_mail
from accounts.visitors import Visitor
from bench.catalogue import CORPUS, connected, say, serving
from bench.variations import variations
from catalogue.collecting import collect_rarely
from catalogue.engines import open_engine
from catalogue.harvesting.codelists import RunState
from catalogue.harvesting.runner import Runner
from catalogue.harvesting.runs import Runs
from catalogue.harvesting.sources import Sources
from catalogue.harvesting.views import RunView, SourceSpec
from catalogue.service.loading import load
from database import Database
from harvesters.source import Protocol
from harvesters.web import Client
from mappings.xml import NAMESPACES

_CURATOR: Final = Visitor(username="bench", role=Role.CURATOR)
_SECRET: Final = b"the secret of a measurement, thrown away with it"
_A_FOLDER: Final = 1000
_FIRST_AIM: Final = "at least 500"
_AGAIN_AIM: Final = "at least 5,000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run took.

    Attributes:
        processor: seconds of processors that it and the processes that read for it took; the source's are not among them.
        memory: resident megabytes of the process that ran it, after each tenth of the records.
    """

    state: str
    seconds: float
    processor: float
    received: int
    created: int
    unchanged: int
    rejected: int
    memory: list[int]


def main() -> None:
    """Measure and print."""
    options = _options()
    collect_rarely()
    if options.run:
        _run_here(options)
        return
    folder = options.keep or Path(tempfile.mkdtemp(prefix="reflecs-bench-"))
    try:
        source = f"embedded:{folder / 'source'}"
        if not (folder / "source").exists():
            _fill(source, folder / "documents", options.records)
        shutil.rmtree(folder / "target", ignore_errors=True)
        with serving(source) as server:
            connected(server.port).close()
            door = "/csw" if options.protocol == "csw" else ""
            whole = _measure(folder, f"http://127.0.0.1:{server.port}{door}", options)
            say("memory of the process that answers", f"{server.memory() / 1e6:.0f} MB")
        if not whole:
            raise SystemExit("The target does not hold what the source has.")
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000, help="how many records")
    parser.add_argument("--protocol", choices=["csw", "reflecs"], default="csw", help="how the source is asked")
    parser.add_argument("--page", type=int, default=500, help="how many are asked for at once")
    parser.add_argument("--schema", default=NAMESPACES["gmd"], help="the output schema that is asked for; '' for the harvester's choice")
    parser.add_argument("--processes", type=int, help="how many read documents side by side; one a core unless told")
    parser.add_argument("--profile", action="store_true", help="tell where the time of the runs goes")
    parser.add_argument("--keep", type=Path, help="a folder that is kept; a source that is there is not loaded again")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def _fill(address: str, documents: Path, count: int) -> None:
    """Load the source."""
    for number, content in enumerate(_iso_documents(count)):
        path = documents / f"{number // _A_FOLDER:04}" / f"{number:07}.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    engine, start = open_engine(address), time.perf_counter()
    report = load(engine, [documents])
    say(
        "load of the same documents, records a second",
        f"{count / (time.perf_counter() - start):,.0f}",
        "what a harvest is to be compared with",
    )
    engine.close()
    if report.refused:
        raise SystemExit(f"{len(report.refused)} documents were refused.")


def _iso_documents(count: int) -> Iterator[bytes]:
    every = (content for content, _, _ in variations(CORPUS, 10 * count))
    return islice((content for content in every if b"MD_Metadata" in content[:3000] or b"MI_Metadata" in content[:3000]), count)


def _measure(folder: Path, url: str, options: argparse.Namespace) -> bool:
    """Measure a first run and one where nothing changed; return whether the target holds all that the source has."""
    for title, aim in (("harvest, records a second", _FIRST_AIM), ("unchanged again, records a second", _AGAIN_AIM)):
        measured = _run_apart(folder / "target", url, options)
        say(title, f"{measured.received / measured.seconds:,.0f}", aim)
        say("  it ended, received, new, unchanged, rejected", measured.state, f"{measured.received:,}, {measured.created:,}, "
            f"{measured.unchanged:,}, {measured.rejected:,}")  # fmt: skip
        say("  seconds, of processors of the run", f"{measured.seconds:.1f}, {measured.processor:.1f}")
        say("  memory of the run, after each tenth", f"{max(measured.memory)} MB", " ".join(map(str, measured.memory)))
        if measured.state != RunState.DONE:
            return False
    source, target = (open_engine(f"embedded:{folder / name}", read_only=True) for name in ("source", "target/catalogue"))
    return list(source.identifiers()) == list(target.identifiers())


def _run_apart(target: Path, url: str, options: argparse.Namespace) -> Measured:
    """Run the source in a process of its own, whose memory is that of a worker."""
    command = [sys.executable, "-m", "bench.harvest", "--run", str(target), url, "--page", str(options.page), "--schema", options.schema]
    command += ["--protocol", options.protocol]
    command += ["--processes", str(options.processes)] if options.processes else []
    command += ["--profile"] if options.profile else []
    answered = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Measured(**json.loads(answered.stdout))


def _run_here(options: argparse.Namespace) -> None:
    target, url = Path(options.run[0]), options.run[1]
    target.mkdir(parents=True, exist_ok=True)
    engine = open_engine(f"embedded:{target / 'catalogue'}")
    database = Database(f"sqlite:///{target / 'reflecs.sqlite'}")
    database.upgrade()
    accounts = Accounts(
        database, open_mail(f"outbox:{target / 'outbox'}", sender="bench@example.org"), base_url=url, contact="bench@example.org"
    )
    sources = Sources(database, accounts, secret=_SECRET, allow_private=True)
    if not sources.all():
        filters = {"schema": options.schema} if options.protocol == "csw" else {}
        protocol = Protocol(options.protocol)
        spec = SourceSpec(name="bench", protocol=protocol, url=url, page_size=options.page, rate=None, filters=filters)
        sources.add(spec, by=_CURATOR, address=None)
    runs = Runs(database, accounts, wake=lambda: None)
    client = Client(contact="bench@example.org", allow_private=True)
    runner = Runner(
        database,
        lambda: engine,
        secret=_SECRET,
        client=client,
        accounts=accounts,
        clock=lambda: datetime.now(UTC),
        processes=options.processes,
    )
    before = time.process_time()
    number = runs.start("bench", by=_CURATOR, address=None)
    profile = cProfile.Profile(time.thread_time)
    if options.profile:
        profile.enable()
    measured = _timed(runner, number)
    children = os.times()
    processor = time.process_time() - before + children.children_user + children.children_system
    print(json.dumps(measured | {"processor": processor}))
    profile.disable()
    if options.profile:
        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(45)
    engine.close()
    database.close()


def _timed(runner: Runner, number: int) -> dict[str, object]:
    """Run it, and return what `Measured` holds."""
    memory: list[tuple[int, int]] = []
    start = time.perf_counter()
    view = runner.run(number, progress=lambda view: memory.append((view.received, _resident())))
    seconds = time.perf_counter() - start
    memory.append((view.received, _resident()))
    return {
        "state": view.state.value, "seconds": seconds, "received": view.received, "created": view.created, "unchanged": view.unchanged,
        "rejected": view.rejected, "memory": _tenths(memory, view),
    }  # fmt: skip


def _tenths(memory: list[tuple[int, int]], view: RunView) -> list[int]:
    """Return the memory when a tenth, two tenths and so on of the records had come."""
    return [next(held for received, held in memory if received >= view.received * tenth / 10) for tenth in range(1, 11)]


def _resident() -> int:
    """Return the resident megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


if __name__ == "__main__":
    main()
