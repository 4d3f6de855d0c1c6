"""ISO 19139: constraints, licence, access, links, relations, distribution, lineage as agencies write them."""

import pytest

from records.codes import (
    AccessLevel,
    ConstraintKind,
    LinkFunctionCode,
    RelationType,
    RestrictionCode,
)
from records.dates import Date
from records.model import (
    Access,
    Constraint,
    Licence,
    Link,
    Relation,
)
from tests.mappings.formats.iso19139_documents import codes, document, identified, nest, read, text

# Rights


def legal(*elements: str) -> str:
    return f"<gmd:resourceConstraints><gmd:MD_LegalConstraints>{''.join(elements)}</gmd:MD_LegalConstraints></gmd:resourceConstraints>"


def limit(name: str, code: str) -> str:
    return f'<gmd:{name}><gmd:MD_RestrictionCode codeListValue="{code}"/></gmd:{name}>'


def other(words: str) -> str:
    return f"<gmd:otherConstraints>{words}</gmd:otherConstraints>"


LICENSE = limit("useConstraints", "license")
BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("block", "licence", "constraints"),
    [
        (legal(LICENSE, other(text("Etalab 2.0"))), Licence(name="Etalab 2.0"), ()),
        (legal(LICENSE, other(text(BY))), Licence(url=BY), ()),
        (legal(LICENSE, other(f'<gmx:Anchor xlink:href="{BY}">CC BY 4.0</gmx:Anchor>')), Licence(name="CC BY 4.0", url=BY), ()),
        (
            legal(f"<gmd:useLimitation>{text(f'Free, see {BY}.')}</gmd:useLimitation>"),
            Licence(url=BY),
            (Constraint(kind=ConstraintKind.USE_LIMITATION, text=f"Free, see {BY}."),),
        ),
        (
            legal(limit("accessConstraints", "otherRestrictions"), other(text("Ask"))),
            None,
            (Constraint(kind=ConstraintKind.ACCESS, code=RestrictionCode.OTHER_RESTRICTIONS, text="Ask"),),
        ),
        (
            legal(limit("accessConstraints", "restricted"), limit("useConstraints", "copyright"), other(text("Ask"))),
            None,
            (
                Constraint(kind=ConstraintKind.ACCESS, code=RestrictionCode.RESTRICTED),
                Constraint(kind=ConstraintKind.USE, code=RestrictionCode.COPYRIGHT),
                Constraint(kind=ConstraintKind.OTHER, text="Ask"),
            ),
        ),
    ],
)
def test_constraints_and_licence_are_read(block: str, licence: Licence | None, constraints: tuple[Constraint, ...]) -> None:
    record = read(document(block))
    assert (record.licence, record.constraints, codes(record)) == (licence, constraints, [])


def secured(level: str, note: str = "") -> str:
    said = f"<gmd:userNote>{text(note)}</gmd:userNote>" if note else ""
    code = f'<gmd:classification><gmd:MD_ClassificationCode codeListValue="{level}"/></gmd:classification>'
    return nest(code + said, "gmd:resourceConstraints", "gmd:MD_SecurityConstraints")


@pytest.mark.parametrize(
    ("block", "access", "problems"),
    [
        (secured("unclassified"), Access(), []),
        (secured("secret"), Access(level=AccessLevel.RESTRICTED), []),
        (
            secured("restricted", "groups: corot, cnes; until: 2027-01-12"),
            Access(level=AccessLevel.RESTRICTED, groups=("corot", "cnes"), until=Date("2027-01-12")),
            [],
        ),
        (secured("restricted", "ask us"), Access(level=AccessLevel.RESTRICTED), ["unread-note"]),
        (secured("cc-by"), None, ["unknown-code"]),
    ],
)
def test_security_constraints_are_access(block: str, access: Access | None, problems: list[str]) -> None:
    record = read(document(block))
    assert (record.access, codes(record)) == (access, problems)


# Links, relations, distribution


def online(inside: str) -> str:
    return f"<gmd:CI_OnlineResource>{inside}</gmd:CI_OnlineResource>"


def distribution(inside: str) -> str:
    return f"<gmd:distributionInfo><gmd:MD_Distribution>{inside}</gmd:MD_Distribution></gmd:distributionInfo>"


def transfer(inside: str, name: str = "transferOptions") -> str:
    return f"<gmd:{name}><gmd:MD_DigitalTransferOptions>{inside}</gmd:MD_DigitalTransferOptions></gmd:{name}>"


URL = "<gmd:linkage><gmd:URL>https://example.org/{}</gmd:URL></gmd:linkage>"


def test_links_are_read_from_all_their_places() -> None:
    function = '<gmd:function><gmd:CI_OnLineFunctionCode codeListValue="order"/></gmd:function>'
    service = f"""<gmd:identificationInfo><srv:SV_ServiceIdentification><srv:containsOperations><srv:SV_OperationMetadata>
        <srv:operationName>{text("GetMap")}</srv:operationName><srv:connectPoint>{online(URL.format("wms"))}</srv:connectPoint>
        </srv:SV_OperationMetadata></srv:containsOperations><srv:operatesOn xlink:href="#A"/></srv:SV_ServiceIdentification>
        </gmd:identificationInfo>"""
    graphic = f"""<gmd:graphicOverview><gmd:MD_BrowseGraphic><gmd:fileName>{text("https://example.org/g.png")}</gmd:fileName>
        <gmd:fileType>{text("PNG")}</gmd:fileType></gmd:MD_BrowseGraphic></gmd:graphicOverview>"""
    other_place = transfer(nest(online(URL.format(2)), "gmd:onLine"), "distributorTransferOptions")
    distributor = nest(other_place, "gmd:distributor", "gmd:MD_Distributor")
    rest = service + distribution(distributor + transfer(f"<gmd:onLine>{online(URL.format(1) + function)}</gmd:onLine>"))
    data_set = f"<gmd:dataSetURI>{text('https://example.org/landing')}</gmd:dataSetURI>"
    assert read(document(graphic, rest=data_set + rest)).links == (
        Link(url="https://example.org/2"),
        Link(url="https://example.org/1", function=LinkFunctionCode.ORDER),
        Link(url="https://example.org/wms", name="GetMap"),
        Link(url="https://example.org/landing"),
        Link(url="https://example.org/g.png", function=LinkFunctionCode.BROWSE_GRAPHIC, media_type="image/png"),
    )


def test_a_link_without_address_is_told() -> None:
    nameless = online(nest(text("CSV"), "gmd:name"))
    record = read(document(rest=distribution(transfer(nest(nameless, "gmd:onLine")))))
    assert (record.links, codes(record)) == ((), ["no-url"])


@pytest.mark.parametrize(
    ("sizes", "size", "problems"),
    [(["0.25"], 250_000, []), (["1,5"], 1_500_000, []), (["x"], None, ["bad-number"]), (["1", "2"], None, ["several-sizes"])],
)
def test_the_size_is_in_bytes(sizes: list[str], size: int | None, problems: list[str]) -> None:
    inside = "".join(transfer(f"<gmd:transferSize><gco:Real>{value}</gco:Real></gmd:transferSize>") for value in sizes)
    record = read(document(rest=distribution(inside)))
    assert (record.size, codes(record)) == (size, problems)


def aggregation(inside: str) -> str:
    return f"<gmd:aggregationInfo><gmd:MD_AggregateInformation>{inside}</gmd:MD_AggregateInformation></gmd:aggregationInfo>"


def test_relations_are_read() -> None:
    title = f"<gmd:title>{text('Other')}</gmd:title>"
    kind = '<gmd:associationType><gmd:DS_AssociationTypeCode codeListValue="source"/></gmd:associationType>'
    cited = nest(title + nest(identified("B"), "gmd:identifier"), "gmd:aggregateDataSetName", "gmd:CI_Citation")
    record = read(document(aggregation(cited + kind) + aggregation(cited.replace("gmd:identifier>", "gmd:x>"))))
    assert record.relations == (Relation(identifier="B", type=RelationType.SOURCE, title="Other"),)
    assert codes(record) == ["relation-without-identifier"]


def test_process_steps_are_the_lineage_where_there_is_no_statement() -> None:
    steps = "".join(
        f"<gmd:processStep><gmd:LI_ProcessStep><gmd:description>{text(step)}</gmd:description></gmd:LI_ProcessStep></gmd:processStep>"
        for step in ("First.", "Then.")
    )
    lineage = nest(steps, "gmd:dataQualityInfo", "gmd:DQ_DataQuality", "gmd:lineage", "gmd:LI_Lineage")
    assert read(document(rest=lineage)).lineage == "First.\n\nThen."
