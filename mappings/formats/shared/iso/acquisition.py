"""Platforms, instruments and projects (MI_AcquisitionInformation) as ISO 19115-2, ISO 19115-3 and NASA's extension have them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from mappings.formats.shared.iso.elements import plain, words
from mappings.rules import Problems, clean_line
from mappings.xml import children, local_name, qname
from records.model import Instrument, Platform, Project

NOT_PROVIDED: Final = "not provided"
"""What NASA's documents write into elements for which they have nothing, in small letters."""

_PLATFORMS: Final = {"MI_Platform", "EOS_Platform"}
_INSTRUMENTS: Final = {"MI_Instrument", "EOS_Instrument"}
_SENSORS: Final = {"EOS_Sensor", "MI_Sensor"}
_OPERATIONS: Final = {"MI_Operation"}
_PLAIN_TYPES: Final = {"instrument", "sensor"}
"""What NASA writes as the type of every instrument."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """What acquired the data, each thing once, in the order of the document."""

    platforms: tuple[Platform, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    projects: tuple[Project, ...] = ()


def acquisition(root: etree._Element, problems: Problems) -> Acquisition:
    """Return the platforms, instruments and operations of a metadata document."""
    parts = [part for block in root.iterchildren("{*}acquisitionInformation") for part in block.iter(etree.Element)]
    if not parts:
        return Acquisition()
    carriers = [part for part in parts if local_name(part) in _PLATFORMS]
    names = {part.get("id", ""): _name(part) for part in carriers if part.get("id")}
    mounts = {part for mount in parts if local_name(mount) == "mountedOn" for part in children(mount)}
    platforms = [_platform(part, problems) for part in carriers if part not in mounts]
    instruments = [_instrument(part, names, carriers, problems) for part in parts if local_name(part) in _INSTRUMENTS]
    known = {instrument.name for instrument in instruments if instrument}
    sensors = [_instrument(part, names, carriers, problems) for part in parts if local_name(part) in _SENSORS]
    instruments += [sensor for sensor in sensors if sensor and sensor.name not in known]
    projects = [_project(part, problems) for part in parts if local_name(part) in _OPERATIONS]
    return Acquisition(
        platforms=tuple(dict.fromkeys(platform for platform in platforms if platform)),
        instruments=tuple(dict.fromkeys(instrument for instrument in instruments if instrument)),
        projects=tuple(dict.fromkeys(project for project in projects if project)),
    )


def _property(element: etree._Element, name: str) -> etree._Element | None:
    """Return the child called `name`, in whatever namespace: documents mix gmi, gmd and eos here."""
    return next((part for part in children(element) if local_name(part) == name), None)


def _given(element: etree._Element | None) -> str | None:
    return told(None if element is None else plain(words(element)))


def _identifier_part(element: etree._Element, name: str) -> str | None:
    identifier = _property(element, "identifier")
    if identifier is None:
        return None
    inside = next(children(identifier), None)
    if inside is None:
        return _given(identifier) if name == "code" else None
    return _given(_property(inside, name))


def _cited_title(element: etree._Element) -> str | None:
    citation = _property(element, "citation")
    inside = None if citation is None else next(children(citation), None)
    return None if inside is None else _given(_property(inside, "title"))


def _name(element: etree._Element) -> str | None:
    return _identifier_part(element, "code") or _cited_title(element) or _given(_property(element, "description"))


def _long_name(element: etree._Element) -> str | None:
    """Return the long name: NASA's description of the identifier, or else the title cited."""
    return _identifier_part(element, "description") or _cited_title(element)


def _named(element: etree._Element, problems: Problems) -> str | None:
    name = _name(element)
    if name is None and any(clean_line(words(part)) for part in element.iter(etree.Element)):
        problems.add("nameless-acquisition", f"{local_name(element)} without a name was left out", element)
    return name


def _platform(element: etree._Element, problems: Problems) -> Platform | None:
    """Return a platform. Its description is its type where it is cited, or is NASA's; elsewhere it is another name."""
    name = _named(element, problems)
    if name is None:
        return None
    long_name, about = _long_name(element), _given(_property(element, "description"))
    if long_name or local_name(element) == "EOS_Platform" or _property(element, "citation") is not None:
        return normal_platform(Platform(name=name, long_name=long_name, type=about))
    return normal_platform(Platform(name=name, long_name=about))


def normal_platform(found: Platform) -> Platform:
    """Return a platform without what only says its name again."""
    kind = None if found.type == found.name else found.type
    return Platform(name=found.name, long_name=_proper(found.long_name, found.name), type=told(kind))


def _instrument(
    element: etree._Element, names: dict[str, str | None], carriers: list[etree._Element], problems: Problems
) -> Instrument | None:
    name = _named(element, problems)
    if name is None:
        return None
    kind, carrier = _given(_property(element, "type")), _carrier(element, names, carriers)
    return normal_instrument(Instrument(name=name, long_name=_long_name(element), type=kind, platform=carrier))


def normal_instrument(found: Instrument) -> Instrument:
    """Return an instrument without what only says its name again, or that it is an instrument."""
    kind = None if found.type in _PLAIN_TYPES else found.type
    return replace(found, long_name=_proper(found.long_name, found.name), type=told(kind), platform=told(found.platform))


def _carrier(element: etree._Element, names: dict[str, str | None], carriers: list[etree._Element]) -> str | None:
    """Return the name of the platform that an instrument is mounted on, is inside of, or is pointed to by."""
    mounted = _property(element, "mountedOn")
    if mounted is not None:
        inside = next(children(mounted), None)
        if inside is not None:
            return _name(inside)
        href = mounted.get(qname("xlink:href"), "")
        if href.lstrip("#") in names:
            return names[href.lstrip("#")]
    for ancestor in element.iterancestors():
        if local_name(ancestor) in _PLATFORMS:
            return _name(ancestor)
        if local_name(ancestor) in _INSTRUMENTS:
            return _carrier(ancestor, names, carriers)
    own = f"#{element.get('id')}"
    pointing = [carrier for carrier in carriers if own in _hrefs(carrier)]
    return _name(pointing[0]) if element.get("id") and len(pointing) == 1 else None


def _hrefs(carrier: etree._Element) -> Iterator[str]:
    return (part.get(qname("xlink:href"), "") for part in children(carrier) if local_name(part) == "instrument")


def _project(element: etree._Element, problems: Problems) -> Project | None:
    name = _named(element, problems)
    if name is None:
        return None
    about = _given(_property(element, "description"))
    return normal_project(Project(name=name, long_name=_long_name(element) or about))


def normal_project(found: Project) -> Project:
    """Return a project without what only says its name again."""
    return Project(name=found.name, long_name=_proper(found.long_name, found.name))


def _proper(long_name: str | None, name: str) -> str | None:
    """Return a long name without the name before it ("SMAP > Soil Moisture Active Passive"); None where it adds nothing."""
    found = told(long_name)
    found = found.removeprefix(f"{name} > ") if found else None
    return None if found == name else found


def told(text: str | None) -> str | None:
    """Return a text; None for NASA's way of saying that there is none."""
    return None if text is None or text.casefold() == NOT_PROVIDED else text
