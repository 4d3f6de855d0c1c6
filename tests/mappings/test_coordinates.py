"""Boxes as documents have them become boxes of the model."""

import pytest

from mappings.coordinates import read_box
from mappings.rules import Problems
from records.model import Box


@pytest.mark.parametrize(
    ("sides", "box", "codes"),
    [
        ((-10, 40, 5, 51), Box(west=-10, south=40, east=5, north=51), []),
        ((170, -20, -170, 20), Box(west=170, south=-20, east=-170, north=20), []),
        ((170, -20, 190, 20), Box(west=170, south=-20, east=-170, north=20), []),
        ((0, -90, 360, 90), Box(west=-180, south=-90, east=180, north=90), []),
        ((3, 4, 3, 4), Box(west=3, south=4, east=3, north=4), []),
        ((-10, 51, 5, 40), Box(west=-10, south=40, east=5, north=51), ["swapped-box"]),
        ((-10, 40, 5, 510), None, ["bad-box"]),
        ((None, 40, 5, 51), None, ["incomplete-box"]),
    ],
)
def test_read_box(sides: tuple[float | None, float | None, float | None, float | None], box: Box | None, codes: list[str]) -> None:
    problems = Problems()
    assert read_box(*sides, problems, "/box") == box
    assert [problem.code for problem in problems.found()] == codes
