"""Questions as they are kept in `questions.txt`.

A line has parts of the form name=value, parted by tabs: `text`, `exact=yes`, `filter` (ECQL), `bbox` and `sky` (numbers, commas),
`interval` (begin/end, ".." for open), `sort` (fields, commas, "-" before one for downwards), `facet` (a field, ":" and how many
values, "=" and what is selected, semicolons). `bbox` and `facet` may come again.
"""

from pathlib import Path
from typing import Any, Final

from pygeofilter.parsers.ecql import parse

from catalogue.query import Direction, FacetRequest, SearchQuery, SortKey
from records.dates import Date, TimeInterval
from records.model import Box, Circle

QUESTIONS: Final = Path(__file__).with_name("questions.txt")


def kept_questions() -> list[str]:
    """Return the lines of the list that are questions."""
    return [line for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def question(line: str, **more: Any) -> SearchQuery:
    """Return the question that a line writes."""
    parts: dict[str, Any] = {}
    for part in line.split("\t"):
        name, _, value = part.partition("=")
        match name:
            case "text":
                parts["text"] = value
            case "exact":
                parts["exact"] = True
            case "filter":
                parts["filter"] = parse(value)
            case "bbox":
                west, south, east, north = (float(number) for number in value.split(","))
                parts["bbox"] = (*parts.get("bbox", ()), Box(west=west, south=south, east=east, north=north))
            case "sky":
                x, y, radius = (float(number) for number in value.split(","))
                parts["sky"] = Circle(x=x, y=y, radius=radius)
            case "interval":
                begin, end = (None if text == ".." else Date.parse(text) for text in value.split("/"))
                parts["interval"] = TimeInterval(begin=begin, end=end)
            case "sort":
                parts["sort"] = tuple(_key(text) for text in value.split(","))
            case "facet":
                parts["facets"] = (*parts.get("facets", ()), _facet(value))
            case _:
                raise ValueError(part)
    return SearchQuery(**parts, **more)


def _key(text: str) -> SortKey:
    return SortKey(text.removeprefix("-"), Direction.DESCENDING if text.startswith("-") else Direction.ASCENDING)


def _facet(text: str) -> FacetRequest:
    field, _, selected = text.partition("=")
    name, _, size = field.partition(":")
    return FacetRequest(field=name, size=int(size or 10), selected=tuple(selected.split(";")) if selected else ())
