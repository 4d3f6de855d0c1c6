"""How platforms, instruments and projects are written as gmi:MI_AcquisitionInformation."""

from lxml import etree

from mappings.formats.iso19139.building import add, add_text, need_text, nothing
from mappings.xml import qname
from records.model import Record


def write_acquisition(root: etree._Element, record: Record) -> None:
    """Append what acquired the data. Instruments and platforms point to each other by their ids."""
    block = add(root, "gmi:acquisitionInformation", "gmi:MI_AcquisitionInformation")
    carriers = {platform.name: f"platform-{number}" for number, platform in reversed(list(enumerate(record.platforms, 1)))}
    for number, instrument in enumerate(record.instruments, 1):
        element = add(block, "gmi:instrument", "gmi:MI_Instrument", id=f"instrument-{number}")
        _write_names(element, instrument.name, instrument.long_name)
        need_text(element, "gmi:type", instrument.type)
        if instrument.platform is not None:
            _write_carrier(element, instrument.platform, carriers)
    for project in record.projects:
        element = add(block, "gmi:operation", "gmi:MI_Operation")
        _write_names(element, project.name, project.long_name)
        nothing(element, "gmi:status")
        nothing(element, "gmi:parentOperation")
    for number, platform in enumerate(record.platforms, 1):
        element = add(block, "gmi:platform", "gmi:MI_Platform", id=f"platform-{number}")
        _write_names(element, platform.name, platform.long_name, cited=platform.type is not None)
        need_text(element, "gmi:description", platform.type)
        mounted = [
            f"#instrument-{place}"
            for place, instrument in enumerate(record.instruments, 1)
            if instrument.platform == platform.name and carriers[platform.name] == f"platform-{number}"
        ]
        for href in mounted:
            add(element, "gmi:instrument").set(qname("xlink:href"), href)
        if not mounted:
            nothing(element, "gmi:instrument")


def _write_names(element: etree._Element, name: str, long_name: str | None, *, cited: bool = False) -> None:
    """Append the long name as the title cited, the name as the identifier. `cited`: cite even where there is no long name."""
    if long_name is not None or cited:
        citation = add(element, "gmi:citation", "gmd:CI_Citation")
        need_text(citation, "gmd:title", long_name)
        nothing(citation, "gmd:date")
    add_text(add(element, "gmi:identifier", "gmd:MD_Identifier"), "gmd:code", name)


def _write_carrier(element: etree._Element, name: str, carriers: dict[str, str]) -> None:
    """Append what an instrument is mounted on: a platform of the record, or one that is only named."""
    mounted = add(element, "gmi:mountedOn")
    if name in carriers:
        mounted.set(qname("xlink:href"), f"#{carriers[name]}")
        return
    platform = add(mounted, "gmi:MI_Platform")
    _write_names(platform, name, None)
    nothing(platform, "gmi:description")
    nothing(platform, "gmi:instrument")
