"""How platforms, instruments and projects are written as MI_AcquisitionInformation."""

from lxml import etree

from mappings.formats.shared.iso.building import Builder, add
from mappings.xml import qname
from records.model import Record


def write_acquisition(block: etree._Element, record: Record, build: Builder) -> None:
    """Write what acquired the data into an MI_AcquisitionInformation. Instruments and platforms point to each other by their ids."""
    mi = build.acquisition
    carriers = {platform.name: f"platform-{number}" for number, platform in reversed(list(enumerate(record.platforms, 1)))}
    for number, instrument in enumerate(record.instruments, 1):
        element = add(block, f"{mi}:instrument", f"{mi}:MI_Instrument", id=f"instrument-{number}")
        _write_names(element, instrument.name, instrument.long_name, build)
        build.need_text(element, f"{mi}:type", instrument.type)
        if instrument.platform is not None:
            _write_carrier(element, instrument.platform, carriers, build)
    for project in record.projects:
        element = add(block, f"{mi}:operation", f"{mi}:MI_Operation")
        _write_names(element, project.name, project.long_name, build)
        build.nothing(element, f"{mi}:status")
        build.nothing(element, f"{mi}:parentOperation")
    for number, platform in enumerate(record.platforms, 1):
        element = add(block, f"{mi}:platform", f"{mi}:MI_Platform", id=f"platform-{number}")
        _write_names(element, platform.name, platform.long_name, build, cited=platform.type is not None)
        build.need_text(element, f"{mi}:description", platform.type)
        mounted = [
            f"#instrument-{place}"
            for place, instrument in enumerate(record.instruments, 1)
            if instrument.platform == platform.name and carriers[platform.name] == f"platform-{number}"
        ]
        for href in mounted:
            add(element, f"{mi}:instrument").set(qname("xlink:href"), href)
        if not mounted:
            build.nothing(element, f"{mi}:instrument")


def _write_names(element: etree._Element, name: str, long_name: str | None, build: Builder, *, cited: bool = False) -> None:
    """Append the long name as the title cited, the name as the identifier. `cited`: cite even where there is no long name."""
    if long_name is not None or cited:
        citation = add(element, f"{build.acquisition}:citation", f"{build.citation}:CI_Citation")
        build.need_text(citation, f"{build.citation}:title", long_name)
        build.nothing(citation, f"{build.citation}:date")
    build.add_text(add(element, f"{build.acquisition}:identifier", f"{build.identifier}:MD_Identifier"), f"{build.identifier}:code", name)


def _write_carrier(element: etree._Element, name: str, carriers: dict[str, str], build: Builder) -> None:
    """Append what an instrument is mounted on: a platform of the record, or one that is only named."""
    mi = build.acquisition
    mounted = add(element, f"{mi}:mountedOn")
    if name in carriers:
        mounted.set(qname("xlink:href"), f"#{carriers[name]}")
        return
    platform = add(mounted, f"{mi}:MI_Platform")
    _write_names(platform, name, None, build)
    build.nothing(platform, f"{mi}:description")
    build.nothing(platform, f"{mi}:instrument")
