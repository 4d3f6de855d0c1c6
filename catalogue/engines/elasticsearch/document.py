"""A record as the index is given it: the shared index document in the forms that Elasticsearch finds by."""

from collections.abc import Sequence
from typing import Final, cast

import msgspec

from catalogue.engines.elasticsearch.mapping import MAX_TITLE, ORDERED, SIDES, Body, Kept
from catalogue.engines.stems import stemmer
from catalogue.engines.stored import decode, decode_index
from catalogue.engines.temporal import bounded_seconds
from mappings.index.document import ZONES
from mappings.index.earth import pieces_of
from mappings.index.fields import FIELDS
from records.dates import TimeInterval
from records.model import Extent

_MOST_BOXES: Final = 500
"""Boxes of a place that are indexed one by one; of more, the box around all, and the record decides."""


def living(index: bytes, kept: Kept) -> Body:
    """Return what is indexed and kept of a record, from its index document (`Entry.index`)."""
    document = decode_index(index)
    body: Body = msgspec.json.decode(document.body)
    analyze = stemmer().analyze
    for zone in ZONES:
        if zone in body:
            body[zone] = [" ".join(analyze(text)) for text in body[zone]]
    body["words"] = body["words"].split()
    _add_intervals(body, kept)
    _add_boxes(body, kept)
    order = {name: value for name in ORDERED if (value := getattr(document, name)) is not None}
    if "title" in order:
        order["title"] = order["title"][:MAX_TITLE]
    body["order"] = order
    body["kept"] = kept
    return body


def tombstone(identifier: str, kept: Kept) -> Body:
    """Return what is kept of a record that was deleted."""
    return {"identifier": [identifier], "kept": kept}


def _add_intervals(body: Body, kept: Kept) -> None:
    """Add the intervals as ranges; those that end before they begin, which real records have, turned round beside."""
    if "interval_begin" not in body:
        return
    spans = {(body["interval_begin"], body["interval_end"])}
    if "interval+" in body["has"]:
        spans = {bounded_seconds(interval) for interval in cast("Sequence[TimeInterval]", FIELDS["interval"].values(decode(kept.stored)))}
    body["interval"] = [{"gte": begin, "lte": end} for begin, end in sorted(spans) if begin <= end]
    body["interval_turned"] = [{"gte": end, "lte": begin} for begin, end in sorted(spans) if begin > end]


def _add_boxes(body: Body, kept: Kept) -> None:
    """Add the boxes of a record's places, and "extent~" to what it has where they are but around its places."""
    if "extent_west" not in body:
        return
    boxes = [{side: body[f"extent_{side}"] for side in SIDES}]
    if "extent+" in body["has"]:
        extents = cast("Sequence[Extent]", FIELDS["extent"].values(decode(kept.stored)))
        pieces = list(dict.fromkeys(pieces_of(extents)[0]))
        if len(pieces) <= _MOST_BOXES:
            boxes = [{side: getattr(piece, side) for side in SIDES} for piece in pieces]
        if len(pieces) > _MOST_BOXES or any(extent.polygons or extent.circles for extent in extents):
            body["has"].append("extent~")
    body["extent"] = boxes
