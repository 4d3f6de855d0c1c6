"""Makes sample files for the shipped data trees: small, always the same bytes, and marked as samples in their header and beside it.

`samples/` holds the trees, and in files.csv how many files each data set has, of which shape. The data sets, their numbers of files, and
the COROTIDs that files.csv lists are those of the archive as it was in January 2014; everything else in a sample is made up. Where no
COROTID is known, samples are numbered from 1.
"""

import csv
import gzip
import hashlib
import io
import random
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

from ordering.fits import Value, write_fits
from ordering.manifest import NAME
from ordering.models import NodeKind
from ordering.naming import corot_name
from ordering.specs import NodeSpec, read_tree

TREES: Final = ("corot", "smos")
_SHAPES: Final[Mapping[str, tuple[int, ...]]] = {"series": (512,), "small": (16, 16), "image": (64, 64), "map": (72, 36)}
_ORBITS: Final = ("ascending", "descending")
_NOTICE: Final = (
    "This file is a SAMPLE, made by Reflecs to show how data are",
    "found and ordered. Nothing in it was measured: do not use it",
    "for science.",
)
_COLUMNS: Final = ("file", "bytes", "sha256", "data_set", "begins", "ends", "target", "orbit")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """A sample, and what a manifest tells of it. Attributes as of `ordering.manifest.Entry`."""

    name: str
    content: bytes
    data_set: str
    begins: datetime
    ends: datetime
    target: int | None
    orbit: str | None


def sample_tree(name: str) -> tuple[NodeSpec, ...]:
    """Return a shipped tree, "corot" or "smos"."""
    return read_tree((files("ordering") / "samples" / f"{name}.json").read_bytes())


def sample_files(name: str) -> Iterator[SampleFile]:
    """Yield the samples of a shipped tree."""
    wanted = _wanted()
    for root in sample_tree(name):
        run = root
        for node in root.walk():
            run = node if node.kind is NodeKind.RUN else run
            if node.kind is NodeKind.DATA_SET:
                yield from _of_data_set(root, run, node, wanted[node.identifier])


def write_delivery(name: str, folder: Path) -> int:
    """Write the samples of a shipped tree as a delivery, with its manifest; return how many files."""
    count = 0
    with (folder / NAME).open("w", encoding="utf-8", newline="") as manifest:
        lines = csv.writer(manifest)
        lines.writerow(_COLUMNS)
        for count, sample in enumerate(sample_files(name), start=1):  # noqa: B007 -- the last number is the count
            (folder / sample.name).write_bytes(sample.content)
            times = [f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (sample.begins, sample.ends)]
            size, sha256 = len(sample.content), hashlib.sha256(sample.content).hexdigest()
            target = "" if sample.target is None else sample.target
            lines.writerow([sample.name, size, sha256, sample.data_set, *times, target, sample.orbit or ""])
    return count


def _wanted() -> dict[str, dict[str, str]]:
    text = (files("ordering") / "samples" / "files.csv").read_text(encoding="utf-8")
    return {line["data_set"]: line for line in csv.DictReader(io.StringIO(text))}


def _of_data_set(root: NodeSpec, run: NodeSpec, node: NodeSpec, wanted: Mapping[str, str]) -> Iterator[SampleFile]:
    count = int(wanted["files"])
    targets = [int(target) for target in wanted["targets"].split()] or list(range(1, count + 1))
    begins, ends = datetime.fromisoformat(wanted["begins"]), datetime.fromisoformat(wanted["ends"])
    step = (ends - begins) / count
    for number, target in enumerate(targets):
        whole = wanted["time"] == "whole"
        first = begins if whole else _minute(begins + step * number)
        last = ends if whole or number == count - 1 else _minute(begins + step * (number + 1)) - timedelta(minutes=1)
        of_corot = root.identifier == "COROT"
        stem = corot_name(run.code or "", node.code or "", target)[:-7] if of_corot else f"SAMPLE_{node.identifier}_{first:%Y%m%dT%H%M}"
        told = _cards(root, node, target if wanted["targets"] else None, first, last)
        yield SampleFile(
            name=f"{stem}.tar.gz",
            content=_packed(stem, _fits(stem, _SHAPES[wanted["shape"]], told)),
            data_set=node.identifier,
            begins=first,
            ends=last,
            target=target if of_corot else None,
            orbit=_ORBITS[number % 2] if "orbit" in node.criteria else None,
        )


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _cards(root: NodeSpec, node: NodeSpec, target: int | None, begins: datetime, ends: datetime) -> list[tuple[str, Value, str]]:
    cards: list[tuple[str, Value, str]] = [
        ("SAMPLE", True, "made up, nothing was measured"),
        ("ORIGIN", "Reflecs", "generator of samples"),
        ("MISSION", root.identifier, ""),
        ("DATASET", node.identifier, ""),
    ]
    if target is not None:
        cards.append(("COROTID", target, ""))
    return [*cards, ("DATE-OBS", begins, "UTC"), ("DATE-END", ends, "UTC")]


def _fits(stem: str, shape: tuple[int, ...], cards: list[tuple[str, Value, str]]) -> bytes:
    count = 1
    for length in shape:
        count *= length
    noise = random.Random(stem).randbytes(count)  # noqa: S311 -- the same for the same name, which is the point
    return write_fits(shape, [1000 + (value >> 3) for value in noise], cards, _NOTICE)


def _packed(stem: str, fits: bytes) -> bytes:
    """Return a tar.gz of a FITS file and its README, without anything that depends on where or when it is made."""
    packed = io.BytesIO()
    readme = "\n".join([f"{stem}.fits", "", *_NOTICE, ""]).encode("ascii")
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, content in (("README.txt", readme), (f"{stem}.fits", fits)):
            member = tarfile.TarInfo(f"{stem}/{name}")
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()
