"""Parts of a record in the JSON of OGC API Records (OGC 20-004r1): contacts, links, keywords, time."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Final, TypeVar

from mappings.formats.shared.json.members import completed, own_members, plain_text
from mappings.formats.shared.plain import Json
from mappings.rules import Problems
from records.codes import LinkFunctionCode, RoleCode
from records.dates import Date, TimeInterval
from records.model import Contact, DataFormat, Keyword, Link

T = TypeVar("T")
_RELS: Final = {
    LinkFunctionCode.DOWNLOAD: "enclosure",
    LinkFunctionCode.INFORMATION: "about",
    LinkFunctionCode.ORDER: "order",
    LinkFunctionCode.SEARCH: "search",
    LinkFunctionCode.COMPLETE_METADATA: "alternate",
    LinkFunctionCode.BROWSE_GRAPHIC: "preview",
}
"""Link relations that are written; for other functions it is "related", and the function stands beside it."""

_FUNCTIONS: Final = {
    **{rel: function for function, rel in _RELS.items()},
    **dict.fromkeys(("item", "data", "download"), LinkFunctionCode.DOWNLOAD),
    **dict.fromkeys(("describedby", "describes", "documentation", "service-doc", "website", "help"), LinkFunctionCode.INFORMATION),
    **dict.fromkeys(("icon", "thumbnail"), LinkFunctionCode.BROWSE_GRAPHIC),
}
_NAVIGATION: Final = {"self", "root", "collection", "items", "next", "prev", "first", "last", "conformance", "license"}
"""Relations of the catalogue the record came from, and the licence, which is read on its own."""


def own(name: str) -> str:
    """Return the name of a member of our own in an object whose names the standard gives."""
    return f"reflecs:{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """An object of a document: its members are asked for by name and type, and what is not as expected is a problem "bad-member"."""

    values: Mapping[str, Json]
    path: str
    problems: Problems

    def text(self, name: str) -> str | None:
        """The text of a member; a number is taken as it is written."""
        value = self.values.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        found = self._expect(name, str)
        return plain_text(found) if found is not None else None

    def number(self, name: str) -> float | None:
        """The number of a member, finite; one that is written as a text is taken."""
        value = self.values.get(name)
        if value is None:
            return None
        found = to_number(value)
        if found is None:
            self.problems.add("bad-number", f"not a number: {str(value)[:80]!r}", f"{self.path}/{name}")
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a member that is a list of texts, each once."""
        items = {str(index): item for index, item in enumerate(self.items(name))}
        inside = Members(values=items, path=f"{self.path}/{name}", problems=self.problems)
        return tuple(dict.fromkeys(filter(None, map(inside.text, items))))

    def items(self, name: str) -> list[Json]:
        """The items of a member that is a list."""
        return self._expect(name, list) or []

    def object(self, name: str) -> "Members":
        """The member that is an object; an empty one where there is none."""
        return Members(values=self._expect(name, dict) or {}, path=f"{self.path}/{name}", problems=self.problems)

    def objects(self, name: str) -> Iterator["Members"]:
        """The objects of a member that is a list of objects."""
        for index, item in enumerate(self.items(name)):
            path = f"{self.path}/{name}/{index}"
            if isinstance(item, dict):
                yield Members(values=item, path=path, problems=self.problems)
            else:
                self.problems.add("bad-member", "this is no object", path)

    def date(self, name: str) -> Date | None:
        """The date of a member."""
        written = self.text(name)
        return parse_date(written, self.problems, f"{self.path}/{name}") if written else None

    def completing(self, part: T) -> T:
        """The part with what members of our own say more exactly than the standard's."""
        try:
            return replace(part, **own_members(type(part), self.values, self.path, own))  # type: ignore[type-var] # a dataclass
        except ValueError as error:
            self.problems.add("bad-member", str(error), self.path)
            return part

    def _expect(self, name: str, kind: type[T]) -> T | None:
        value = self.values.get(name)
        if value is None or isinstance(value, kind):
            return value
        self.problems.add("bad-member", f"a {_JSON_NAMES[kind]} is expected here", f"{self.path}/{name}")
        return None


def to_number(value: Json) -> float | None:
    """Return a finite number that is one in JSON, or a text that writes one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


_JSON_NAMES: Final[dict[type[Any], str]] = {str: "text", list: "list", dict: "object"}


def _present(**members: Json) -> dict[str, Json]:
    return {name: value for name, value in members.items() if value not in (None, [], {}, "")}


def _alone(values: dict[str, Json]) -> Members:
    return Members(values=values, path="", problems=Problems())


@lru_cache(maxsize=4096)
def to_contact(contact: Contact) -> dict[str, Json]:
    """Return a contact as JSON, not to be changed: the same few contacts stand in many records, and are written once.

    One that is known by its position alone has it as its name, which the schema demands.
    """
    members = _present(
        name=contact.individual or (None if contact.organisation else contact.position),
        organization=contact.organisation,
        position=contact.position,
        emails=[{"value": email} for email in contact.emails if "@" in email and " " not in email],
        phones=[{"value": phone} for phone in map(_dialled, contact.phones) if phone],
        addresses=[address] if (address := _to_address(contact)) else None,
        links=[{"rel": "about", "type": "text/html", "href": contact.url}] if contact.url else None,
        roles=[contact.role.value] if contact.role else None,
    )
    return completed(members, contact, lambda values: _contact(_alone(values), contact.role), own)


def _to_address(contact: Contact) -> dict[str, Json]:
    return _present(
        deliveryPoint=list(contact.address),
        city=contact.city,
        administrativeArea=contact.region,
        postalCode=contact.postal_code,
        country=contact.country,
    )


def _dialled(phone: str) -> str | None:
    """Return a number as the schema has it ("+33561273131"); None where the country is not said."""
    digits = "".join(ch for ch in phone if ch in "0123456789")
    return f"+{digits}" if phone.startswith("+") and 4 <= len(digits) <= 15 and digits[0] != "0" and phone.isascii() else None


def from_contacts(items: Iterable[Members]) -> Iterator[Contact]:
    """Yield a contact for each role of each of the objects, or one without a role; one without any name is a problem."""
    for members in items:
        contact = members.completing(_contact(members, None))
        if contact.individual is None and contact.organisation is None and contact.position is None:
            members.problems.add("bad-member", "a contact without a name", members.path)
            continue
        roles = members.texts("roles")
        known = tuple(dict.fromkeys(role for role in map(RoleCode.match, roles) if role is not None))
        for role in roles:
            if RoleCode.match(role) is None:
                members.problems.add("unknown-code", f"{role[:80]!r} is no RoleCode", f"{members.path}/roles")
        yield from (replace(contact, role=role) for role in known or (None,))


def _contact(members: Members, role: RoleCode | None) -> Contact:
    address = next(members.objects("addresses"), _alone({}))
    emails = (email.text("value") for email in members.objects("emails"))
    phones = (phone.text("value") for phone in members.objects("phones"))
    return Contact(
        role=role,
        individual=members.text("name"),
        organisation=members.text("organization"),
        position=members.text("position"),
        emails=tuple(dict.fromkeys(filter(None, (*emails, members.text("email"))))),
        phones=tuple(dict.fromkeys(filter(None, phones))),
        address=address.texts("deliveryPoint"),
        city=address.text("city"),
        region=address.text("administrativeArea"),
        postal_code=address.text("postalCode"),
        country=address.text("country"),
        url=next(filter(None, (link.text("href") for link in members.objects("links"))), None),
    )


def to_link(link: Link) -> dict[str, Json]:
    """Return a link as JSON."""
    rel = _RELS.get(link.function, "related") if link.function else "related"
    members = _present(href=link.url, rel=rel, type=link.media_type, title=link.name)
    return completed(members, link, lambda values: _link(_alone(values)) or link, own)


def from_links(items: Iterable[Members]) -> Iterator[Link]:
    """Yield the links that belong to the resource."""
    for members in items:
        link = None if members.text("rel") in _NAVIGATION else _link(members)
        if link is not None:
            yield members.completing(link)


def _link(members: Members) -> Link | None:
    url = members.text("href")
    if url is None:
        members.problems.add("bad-member", "a link without href", members.path)
        return None
    rel = (members.text("rel") or "").rsplit("/", 1)[-1]
    return Link(url=url, name=members.text("title"), function=_FUNCTIONS.get(rel), media_type=members.text("type"))


def to_format(data_format: DataFormat) -> dict[str, Json]:
    """Return a format as JSON."""
    return completed({"name": data_format.name}, data_format, lambda values: DataFormat(name=values["name"]), own)


def from_formats(items: Iterable[Members]) -> Iterator[DataFormat]:
    """Yield the formats: their names, or else their media types."""
    for members in items:
        name = members.text("name") or members.text("mediaType")
        if name is not None:
            yield members.completing(DataFormat(name=name))


def to_themes(keywords: Iterable[Keyword]) -> list[Json]:
    """Return the keywords that are taken from a thesaurus, by thesaurus."""
    themes: dict[str, list[Json]] = {}
    for keyword in keywords:
        if keyword.thesaurus is not None:
            concept = _present(id=keyword.term, url=keyword.uri if keyword.uri and ":" in keyword.uri else None)
            back = replace(keyword, uri=concept.get("url"), type=None)
            themes.setdefault(keyword.thesaurus, []).append(completed(concept, keyword, partial(_same, back), own))
    return [{"concepts": concepts, "scheme": scheme} for scheme, concepts in themes.items()]


def _same(keyword: Keyword, _: dict[str, Json]) -> Keyword:
    return keyword


def from_themes(items: Iterable[Members]) -> Iterator[Keyword]:
    """Yield the concepts as keywords: by their title, or else their identifier."""
    for theme in items:
        scheme = theme.text("scheme")
        for concept in theme.objects("concepts"):
            identifier, title, address = concept.text("id"), concept.text("title"), concept.text("url")
            if address is None and title and identifier and identifier.startswith(("http://", "https://")):
                address = identifier
            term = title or identifier
            if term is not None:
                yield concept.completing(Keyword(term=term, thesaurus=scheme, uri=address))


def to_time(intervals: tuple[TimeInterval, ...]) -> Json:
    """Return the time from the first begin to the last end, in days or moments.

    None where there is none, and where a year is before 0 or after 9999, for which the standard has no form.
    """
    if not intervals:
        return None
    begins, ends = [i.begin for i in intervals if i.begin], [i.end for i in intervals if i.end]
    begin = min(begins, key=lambda date: date.first_second) if len(begins) == len(intervals) else None
    end = max(ends, key=lambda date: date.last_second) if len(ends) == len(intervals) else None
    if any(date is not None and not 0 <= date.year <= 9999 for date in (begin, end)):
        return None
    if begin is not None and begin == end and len(begin.text) >= 10:
        return {"timestamp" if "T" in begin.text else "date": begin.text}
    return {"interval": [_day(begin, last=False), _day(end, last=True)]}


def _day(date: Date | None, *, last: bool) -> str:
    if date is None:
        return ".."
    if len(date.text) >= 10:
        return date.text
    if not last:
        return f"{date.text}-01-01"[:10]
    year, month = date.year, int(date.text[5:7]) if len(date.text) == 7 else 12
    return f"{year:04d}-{month:02d}-{_last_day(year, month):02d}"


def _last_day(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 + leap if month == 2 else 30 if month in {4, 6, 9, 11} else 31


def from_time(members: Members) -> tuple[TimeInterval, ...]:
    """Return the interval of a time; () for none."""
    moment = members.date("date") or members.date("timestamp")
    if moment is not None:
        return (TimeInterval(begin=moment, end=moment),)
    ends = members.items("interval")
    if not ends:
        return ()
    path = f"{members.path}/interval"
    if len(ends) != 2 or not all(end is None or isinstance(end, str) for end in ends):
        members.problems.add("bad-member", "an interval has two ends", path)
        return ()
    begin, end = (None if end in {None, "", ".."} else parse_date(end, members.problems, path) for end in ends)
    return (TimeInterval(begin=begin, end=end),) if begin or end else ()


def parse_date(written: str, problems: Problems, path: str) -> Date | None:
    """Return the date that `written` writes; None and a problem "bad-date" where it writes none."""
    try:
        return Date.parse(written)
    except ValueError:
        problems.add("bad-date", f"not a date: {written[:80]!r}", path)
        return None
