"""What goes wrong with an answer on its way: each fault makes another answer of the true one, or none where it has nothing to spoil."""

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from tests.harvesters.sites import Reply

Fault = Callable[[Reply, random.Random], Reply | None]

_TOTAL: Final = re.compile(rb'(numberOfRecordsMatched="|completeListSize="|"numberMatched":\s*)(\d+)')
_RECORD: Final = re.compile(rb"<((?:\w+:)?(?:MD_Metadata|MI_Metadata|DIF))\b.*?</\1>", re.DOTALL)
_ROOT: Final = re.compile(rb"(</?(?:\w+:)?)(MD_Metadata|MI_Metadata|DIF)\b")
_NAME: Final = re.compile(rb"(</?(?:\w+:)?)(fileIdentifier|metadataIdentifier|Entry_ID|Short_Name)\b")


def error(_: Reply, chance: random.Random) -> Reply:
    return Reply(status=500, body=chance.choice([b"", b"<html>Internal error</html>", b"java.lang.NullPointerException"]))


def busy(_: Reply, chance: random.Random) -> Reply:
    return Reply(status=503, headers={"Retry-After": str(chance.randrange(1, 30))})


def cut(reply: Reply, chance: random.Random) -> Reply | None:
    """The connection ends in the middle of the body."""
    return replace(reply, cut=chance.randrange(len(reply.body))) if reply.body else None


def half(reply: Reply, chance: random.Random) -> Reply | None:
    """A part of the body, and nothing in the headers tells that it is one."""
    return replace(reply, body=reply.body[: chance.randrange(len(reply.body))]) if reply.body else None


def garbled(reply: Reply, _: random.Random) -> Reply:
    return replace(reply, garbled=True)


def garbage(_: Reply, chance: random.Random) -> Reply:
    return Reply(body=chance.randbytes(chance.randrange(300)))


def more(reply: Reply, chance: random.Random) -> Reply | None:
    """The source tells of more records than it has."""
    return _told(reply, lambda total: total + chance.choice([1, 7, 1000]))


def fewer(reply: Reply, chance: random.Random) -> Reply | None:
    """The source tells of fewer records than it has."""
    return _told(reply, lambda total: chance.choice([0, total // 2, max(total - 1, 0)]))


def _told(reply: Reply, lie: Callable[[int], int]) -> Reply | None:
    body, told = _TOTAL.subn(lambda found: found[1] + str(lie(int(found[2]))).encode(), reply.body)
    return replace(reply, body=body) if told else None


def bad_record(reply: Reply, chance: random.Random) -> Reply | None:
    """One record, somewhere in the answer, is none: it tears the page, or has lost its name, or is of no format."""
    if reply.body.lstrip()[:1] == b"{":
        return _bad_feature(reply, chance)
    places = list(_RECORD.finditer(reply.body))
    if not places:
        return None
    place = chance.choice(places)
    alone = len(place[0]) > len(reply.body) / 2  # a document that came alone and lost its name would only look like another one
    spoil: Callable[[bytes], bytes] = chance.choice([_torn, _formless] if alone else [_torn, _formless, _nameless])
    return replace(reply, body=reply.body[: place.start()] + spoil(place[0]) + reply.body[place.end() :])


def _torn(record: bytes) -> bytes:
    return record[: len(record) // 2] + b"<" + record[len(record) // 2 :]


def _nameless(record: bytes) -> bytes:
    return _NAME.sub(rb"\1lost", record)


def _formless(record: bytes) -> bytes:
    return _ROOT.sub(rb"\1Formless", record)


def _bad_feature(reply: Reply, chance: random.Random) -> Reply | None:
    page = json.loads(reply.body)
    features = page.get("features")
    if not features:
        return None
    place = chance.randrange(len(features))
    features[place] = chance.choice([None, "bad", {"type": "Feature"}, {"type": "Feature", "id": features[place]["id"], "properties": 7}])
    return replace(reply, body=json.dumps(page).encode())


FAULTS: Final[dict[str, Fault]] = {
    "error": error,
    "busy": busy,
    "cut": cut,
    "half": half,
    "garbled": garbled,
    "garbage": garbage,
    "more": more,
    "fewer": fewer,
    "bad record": bad_record,
}
