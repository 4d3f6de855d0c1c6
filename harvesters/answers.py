"""Answers in JSON, as harvesters take them: an object, or an error that says what came instead."""

import json
from typing import Any

from harvesters.errors import Fault, HarvestError
from harvesters.web import Answer
from mappings.formats.shared.json.members import parse_json
from records.errors import FormatError

JsonObject = dict[str, Any]


def object_of(content: bytes, where: str) -> JsonObject:
    """Return the JSON object that came from an address.

    Raises:
        HarvestError: it is none.
    """
    try:
        read = parse_json(content)
    except FormatError as error:
        raise HarvestError(f"the answer cannot be read: {error}", fault=Fault.ANSWER, where=where, content=content[:65536]) from error
    if not isinstance(read, dict):
        raise HarvestError("the answer is no JSON object", fault=Fault.ANSWER, where=where, content=content[:65536])
    return read


def answered(answer: Answer) -> JsonObject:
    """Return the JSON object of an answer.

    Raises:
        HarvestError: it is none.
    """
    return object_of(answer.content, answer.url)


def written(value: JsonObject) -> bytes:
    """Return a part of an answer as a document of its own: the same bytes each time for the same part."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors="surrogatepass")


def objects(value: object) -> tuple[JsonObject | None, ...]:
    """Return the members of a JSON list, None for each that is no object; () for what is no list."""
    return tuple(each if isinstance(each, dict) else None for each in value) if isinstance(value, list) else ()


def link(document: JsonObject, *relations: str) -> str | None:
    """Return the address of the first link with one of these relations; None where there is none."""
    for relation in relations:
        for each in objects(document.get("links")):
            if each is not None and each.get("rel") == relation and isinstance(each.get("href"), str):
                return str(each["href"])
    return None


def count(value: object) -> int | None:
    """Return a count of an answer; None where it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
