"""The samples: as many as the archive had, honest, the same each time, and accepted by the archive."""

import gzip
import hashlib
import io
import re
import tarfile
from collections import Counter
from collections.abc import Iterator

import pytest
from astropy.io import fits

from ordering.criteria import Criteria, parse_targets
from ordering.describing import describe
from ordering.inventory import Count, Inventory
from ordering.models import NodeKind
from ordering.receiving import receive
from ordering.samples import TREES, SampleFile, sample_files, sample_tree, write_delivery
from ordering.tree import Tree
from tests.ordering.inbox import IMAGES, NOW, STARS, Archive

SRC01 = (
    "BKGROUND 5, ECARTO_AFPS 2, ECARTO_ARPS 2, ECARTO_Undefined 1, FULLIMAGE 4, FULLWINDOW 7, IMAGETTE 10, MASK 3, OFFSET 2, STARWIND 10, "
    "THRESHOLDIMAGE 4, EN0_BKGROUND_MONOCHROM 294, EN0_BKGROUND_SAMPLEM 98, EN0_FULLIMAGE 4, EN0_FULLWINDOW 734"
)
CALIBRATION = "AN0_BKGROUND 5, EN0_BKGROUND_MONOCHROM 750, EN0_FULLWINDOW 140, EN0_OFFSET_SAMPLEM 4, EN0_FULLIMAGE 4, EN0_TEMPLATE 2"
"""As the seed tells them."""


@pytest.fixture(scope="module")
def made() -> dict[str, SampleFile]:
    return {sample.name: sample for name in TREES for sample in sample_files(name)}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    archive = Archive(tmp_path_factory.mktemp("samples"), TREES)
    for name in TREES:
        folder = archive.folder / name
        folder.mkdir()
        write_delivery(name, folder)
        received = receive(archive.database, archive.path, folder, lambda: NOW)
        assert received.problems == ()
    yield archive
    archive.close()


def counts(told: str, run: str) -> dict[str, int]:
    pairs = (pair.rsplit(" ", 1) for pair in told.split(", "))
    return {f"DA_TC_COROT_{run}_{name if name.startswith(('AN0', 'EN0')) else 'AN0_' + name}": int(count) for name, count in pairs}


def test_corot_has_as_many_as_the_seed_tells(made: dict[str, SampleFile]) -> None:
    found = Counter(sample.data_set for sample in made.values() if sample.name.startswith("COROT"))
    assert found == counts(SRC01, "R04") | counts(CALIBRATION, "R02")


def test_the_star_windows_are_those_of_the_seed(made: dict[str, SampleFile]) -> None:
    targets = [sample.target for sample in made.values() if sample.data_set == STARS]
    assert targets == [7528, 7548, 7613, 7616, 7636, 7710, 7758, 7780, 7793, 7837]


def test_smos_has_samples_of_each_product_and_says_of_how_many(made: dict[str, SampleFile]) -> None:
    (root,) = sample_tree("smos")
    data_sets = {node.identifier: node for node in root.walk() if node.kind is NodeKind.DATA_SET}
    found = Counter(sample.data_set for sample in made.values() if sample.name.startswith("SAMPLE_SMOS"))
    assert found.keys() == data_sets.keys()
    for identifier, real in {"SMOS_CATDS_L3_TB": "27,849", "SMOS_CATDS_L3_SM_1DAY": "2,820", "SMOS_CATDS_L3_OS_10DAYS": "228"}.items():
        remark = str(data_sets[identifier].details["remark"])
        assert f"The {found[identifier]} files are samples" in remark
        assert real in remark


def test_samples_are_the_same_each_time(made: dict[str, SampleFile]) -> None:
    digest = hashlib.sha256()
    for sample in sample_files("smos"):
        assert sample == made[sample.name]
        digest.update(gzip.decompress(sample.content))  # compressors differ by version in how they pack the same
    assert digest.hexdigest() == "04e1167f47919337976827a4fd056ecd470a367f58821920ed49833e8383bf84"


def test_a_sample_is_fits_that_says_it_is_a_sample(made: dict[str, SampleFile]) -> None:
    shapes = set()
    for sample in list(made.values())[::97]:
        stem = sample.name.removesuffix(".tar.gz")
        with tarfile.open(fileobj=io.BytesIO(sample.content)) as archive:
            assert archive.getnames() == [f"{stem}/README.txt", f"{stem}/{stem}.fits"]
            readme, content = (archive.extractfile(member) for member in archive)
            assert readme is not None
            assert content is not None
            assert b"Nothing in it was measured" in readme.read()
            with fits.open(io.BytesIO(content.read())) as opened:
                opened.verify("exception")
                header, data = opened[0].header, opened[0].data
                assert header["SAMPLE"] is True
                assert "SAMPLE" in str(header["COMMENT"])
                assert header["DATASET"] == sample.data_set
                assert header["DATE-OBS"] == f"{sample.begins:%Y-%m-%dT%H:%M:%S}"
                assert ("COROTID" in header) == (sample.data_set == STARS)
                assert 1000 <= data.min() <= data.max() < 1032
                shapes.add(data.shape)
    assert len(shapes) > 1


def test_the_archive_accepts_them_and_the_tree_tells_their_number(archive: Archive) -> None:
    tree = Tree(archive.database)
    corot, smos = tree.roots()
    assert (corot.files, smos.files) == (2085, 206)
    told = {node.identifier: node.files for node in tree.whole() if node.kind is NodeKind.DATA_SET}
    assert {name: told[name] for name in counts(SRC01, "R04")} == counts(SRC01, "R04")
    runs = tree.children(tree.children(corot.id)[0].id)
    assert len(runs) == 18
    assert {run.code: run.files for run in runs if run.files} == {"SRc01": 1180, "Calibration": 905}


def test_four_of_ten_stars_are_selected(archive: Archive) -> None:
    inventory, node = Inventory(archive.database), archive.tree.node(STARS)
    assert node is not None
    criteria = Criteria(targets=parse_targets("7548, 7613-7700 7528"))
    assert [file.target for file in inventory.page(node.id, criteria)] == [7528, 7548, 7613, 7616, 7636]
    unticked = [file.id for file in inventory.page(node.id, Criteria())[:4]]
    assert inventory.count(node.id, Criteria(), unticked=unticked).files == 6
    assert inventory.count(node.id, Criteria()) == Count(files=10, bytes=node.bytes)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_description_has_the_fields_of_the_seed_in_their_order(archive: Archive, language: str) -> None:
    node = archive.tree.node(IMAGES)
    assert node is not None
    sections = describe(archive.tree, node, language)
    general = [field.name for field in sections[0].fields]
    assert general[:8] == ["identifier", "title", "remark", "topic", "run", "run_type", "field_of_view", "data_type"]
    assert general[8:] == ["begins", "ends", "level", "format", "bytes", "files"]
    named = [[field.name for field in section.fields] for section in sections[1:]]
    assert named == [
        ["title", "alternate_title", "start", "stop", "description"],
        ["name", "type", "description"],
        ["name", "description"],
        ["contact"],
    ]
    values = {field.name: field.value for field in sections[0].fields}
    assert (values["run"], values["run_type"], values["level"], values["files"]) == ("SRc01", "SHORT", "N0", "4")
    assert (values["begins"], values["ends"]) == ("2007-04-03 00:00:00 UTC", "2007-05-09 23:59:00 UTC")
    assert re.fullmatch(r"\d+ k[Bo]", values["bytes"])


def test_every_sentence_of_the_trees_is_there_in_french() -> None:
    for name in TREES:
        for node in (node for root in sample_tree(name) for node in root.walk()):
            told = [node.details, *(value for value in node.details.values() if isinstance(value, dict))]
            for details in told:
                sentences = {key for key, value in details.items() if isinstance(value, str) and value.endswith(".")}
                assert {f"{key}_fr" for key in sentences if not key.endswith("_fr")} <= sentences, node.identifier
