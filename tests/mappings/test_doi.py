import pytest

from mappings.doi import doi_address, doi_of
from mappings.formats import read, write
from records.model import Identifier, Record


@pytest.mark.parametrize(
    "written",
    [
        *("10.5067/ABC", " 10.5067/ABC\n", "doi:10.5067/ABC", "DOI: 10.5067/ABC", "info:doi/10.5067/ABC", "doi.org/10.5067/ABC"),
        *("https://doi.org/10.5067/ABC", "http://dx.doi.org/10.5067/ABC", "https://www.doi.org/10.5067/ABC"),
    ],
)
def test_a_doi_is_known_in_all_its_forms(written: str) -> None:
    assert doi_of(written) == "10.5067/ABC"
    assert doi_address(written) == "https://doi.org/10.5067/ABC"


@pytest.mark.parametrize(
    "written", ["urn:uuid:94bc9c83", "10.5/ABC", "https://example.org/10.5067/ABC", "10.5067/A B", "see doi:10.5067/A"]
)
def test_what_is_no_doi_is_none(written: str) -> None:
    assert doi_of(written) is None
    assert doi_address(written) is None


@pytest.mark.parametrize("name", ["iso19139", "dif10", "dif9"])
@pytest.mark.parametrize("code", ["info:doi/10.5067/ABC", "doi.org/10.5067/ABC"])
def test_all_formats_know_the_same_forms(name: str, code: str) -> None:
    content = write(Record(identifier="a", title="t", identifiers=(Identifier(code="10.5067/ABC", codespace="doi"),)), name)
    assert b">10.5067/ABC<" in content
    found = read(content.replace(b">10.5067/ABC<", f">{code}<".encode()))
    assert found.identifiers == (Identifier(code="10.5067/ABC", codespace="doi"),)
