"""Every identifier has an address that a browser keeps as it is."""

import pytest

from catalogue.service.addresses import record_path


@pytest.mark.parametrize(
    ("identifier", "path"),
    [
        ("COROT", "/records/COROT"),
        ("doi:10.1/x", "/records/doi:10.1/x"),
        ("ivo://a?b#c&d e%", "/records/ivo://a%3Fb%23c%26d%20e%25"),
        ("../../I'm", "/records?id=../../I%27m"),
        (".", "/records?id=."),
    ],
)
def test_record_path(identifier: str, path: str) -> None:
    assert record_path(identifier) == path


def test_parameters_stand_behind() -> None:
    assert record_path("a", f="pdf") == "/records/a?f=pdf"
    assert record_path("a/../b", f="pdf") == "/records?id=a/../b&f=pdf"
