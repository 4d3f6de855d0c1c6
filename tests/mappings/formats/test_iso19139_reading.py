"""ISO 19139: the variants that agencies write, one by one."""

import pytest

from records.codes import (
    ContactScope,
    Domain,
    KeywordTypeCode,
    RoleCode,
    ScopeCode,
)
from records.dates import Date, TimeInterval
from records.model import (
    Box,
    Contact,
    Extent,
    Identifier,
    Instrument,
    Keyword,
    Platform,
    Project,
)
from tests.mappings.formats.iso19139_documents import codes, document, identified, nest, read, text

# Texts, codes, languages


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        (text("A &amp; B"), "A & B"),
        (text("A &amp;amp; B"), "A & B"),
        (text("CO&lt;sub&gt;2&lt;/sub&gt;"), "CO2"),
        ('<gmx:Anchor xlink:href="http://x">Anchored</gmx:Anchor>', "Anchored"),
        ('<gmx:FileName src="x">A file</gmx:FileName>', "A file"),
        ("plain", "plain"),
        (
            text("Main") + "<gmd:PT_FreeText><gmd:textGroup><gmd:LocalisedCharacterString>Autre</gmd:LocalisedCharacterString>"
            "</gmd:textGroup></gmd:PT_FreeText>",
            "Main",
        ),
        (
            text(" ") + "<gmd:PT_FreeText><gmd:textGroup><gmd:LocalisedCharacterString> </gmd:LocalisedCharacterString>"
            "</gmd:textGroup><gmd:textGroup><gmd:LocalisedCharacterString>Autre</gmd:LocalisedCharacterString>"
            "</gmd:textGroup></gmd:PT_FreeText>",
            "Autre",
        ),
        ("<!-- a comment -->" + text("Behind a comment"), "Behind a comment"),
    ],
)
def test_a_text_is_read_in_each_of_its_forms(inside: str, title: str) -> None:
    assert read(document().replace(text("A title").encode(), inside.encode())).title == title


@pytest.mark.parametrize(
    ("element", "expected", "problems"),
    [
        ('<gmd:MD_ScopeCode codeListValue="series"/>', ScopeCode.SERIES, []),
        ('<gmd:MD_ScopeCode codeListValue="">series</gmd:MD_ScopeCode>', ScopeCode.SERIES, []),
        ('<gmd:MD_ScopeCode codeListValue="RI_622">dataset; jeuDonnées</gmd:MD_ScopeCode>', ScopeCode.DATASET, []),
        ('<gmd:MD_ScopeCode codeListValue="http://x/list#series"/>', ScopeCode.SERIES, []),
        ('<gmd:MD_ScopeCode codeListValue="nonGeographicalDataset"/>', ScopeCode.NON_GEOGRAPHIC_DATASET, []),
        ('<gmd:MD_ScopeCode codeListValue=""/>', None, []),
        ('<gmd:MD_ScopeCode codeListValue="thing">Ding</gmd:MD_ScopeCode>', None, ["unknown-code"]),
    ],
)
def test_a_code_is_read_in_each_of_its_forms(element: str, expected: ScopeCode | None, problems: list[str]) -> None:
    record = read(document(rest=f"<gmd:hierarchyLevel>{element}</gmd:hierarchyLevel>"))
    assert (record.type, codes(record)) == (expected, problems)


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (text("eng; USA"), "eng"),
        (text("fr"), "fra"),
        ('<gmd:LanguageCode codeListValue="ger"/>', "deu"),
        ('<gmd:LanguageCode codeListValue="eng: USA">eng USA</gmd:LanguageCode>', "eng"),
        ('<gmd:LanguageCode codeListValue="http://www.loc.gov/standards/iso639-2/php#fre"/>', "fra"),
    ],
)
def test_a_language_is_read_in_each_of_its_spellings(element: str, expected: str) -> None:
    assert read(document(rest=f"<gmd:language>{element}</gmd:language>")).language == expected


def test_an_unknown_language_is_a_problem_with_its_place() -> None:
    record = read(document(f"<gmd:language>{text('Klingonish')}</gmd:language>"))
    assert record.languages == ()
    assert [(p.code, p.path.rpartition("/")[2]) for p in record.problems] == [("unknown-language", "gmd:language")]


def test_what_stands_where_it_has_no_place_is_told() -> None:
    record = read(document(rest="<gmd:EX_Extent><gmd:description/></gmd:EX_Extent>"))
    assert [(p.code, p.path) for p in record.problems] == [("unexpected-element", "/gmd:MD_Metadata/gmd:EX_Extent")]


# References


def party(name: str) -> str:
    return f"<gmd:CI_ResponsibleParty><gmd:organisationName>{text(name)}</gmd:organisationName><gmd:role/></gmd:CI_ResponsibleParty>"


def test_a_contact_elsewhere_in_the_document_is_found_there() -> None:
    rest = nest(party("CNES").replace("Party>", 'Party id="cnes">', 1), "gmd:contact")
    record = read(document('<gmd:pointOfContact xlink:href="#cnes"/>', rest=rest))
    assert [(contact.scope, contact.organisation) for contact in record.contacts] == [
        (ContactScope.METADATA, "CNES"),
        (ContactScope.RESOURCE, "CNES"),
    ]
    assert codes(record) == []


@pytest.mark.parametrize("href", ["https://example.org/party.xml", "#nobody"])
def test_a_contact_outside_the_document_is_a_problem(href: str) -> None:
    record = read(document(f'<gmd:pointOfContact xlink:href="{href}"/>'))
    assert record.contacts == ()
    assert codes(record) == ["unresolved-reference"]


def test_references_cannot_make_a_document_grow() -> None:
    """Each element holds two references to the next one: resolved without a limit, they would be 2^40 elements."""
    links = "".join(
        f'<gmd:aggregationInfo id="a{n}"><gmd:b xlink:href="#a{n + 1}"/><gmd:b xlink:href="#a{n + 1}"/></gmd:aggregationInfo>'
        for n in range(40)
    )
    assert "unresolved-reference" in codes(read(document(links)))


# Contacts, identifiers, keywords


def test_a_contact_is_read_with_all_it_has() -> None:
    address = "".join(
        f"<gmd:{name}>{text(value)}</gmd:{name}>"
        for name, value in (
            ("deliveryPoint", "18 avenue Edouard Belin"),
            ("deliveryPoint", "BP 2"),
            ("city", "Toulouse"),
            ("administrativeArea", "Occitanie"),
            ("postalCode", "31400"),
            ("country", "France"),
            ("electronicMailAddress", "a@example.org"),
            ("electronicMailAddress", "b@example.org"),
        )
    )
    contact = f"""<gmd:contact><gmd:CI_ResponsibleParty>
        <gmd:individualName>{text("Ann")}</gmd:individualName><gmd:organisationName>{text("CNES")}</gmd:organisationName>
        <gmd:positionName>{text("Curator")}</gmd:positionName><gmd:contactInfo><gmd:CI_Contact>
        <gmd:phone><gmd:CI_Telephone><gmd:voice>{text("+33 5")}</gmd:voice></gmd:CI_Telephone></gmd:phone>
        <gmd:address><gmd:CI_Address>{address}</gmd:CI_Address></gmd:address>
        <gmd:onlineResource><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>https://cnes.fr</gmd:URL></gmd:linkage>
        </gmd:CI_OnlineResource></gmd:onlineResource></gmd:CI_Contact></gmd:contactInfo>
        <gmd:role><gmd:CI_RoleCode codeListValue="orginator">originator</gmd:CI_RoleCode></gmd:role>
        </gmd:CI_ResponsibleParty></gmd:contact>"""
    assert read(document(rest=contact)).contacts == (
        Contact(
            scope=ContactScope.METADATA,
            role=RoleCode.ORIGINATOR,
            individual="Ann",
            organisation="CNES",
            position="Curator",
            emails=("a@example.org", "b@example.org"),
            phones=("+33 5",),
            address=("18 avenue Edouard Belin", "BP 2"),
            city="Toulouse",
            region="Occitanie",
            postal_code="31400",
            country="France",
            url="https://cnes.fr",
        ),
    )


def test_a_contact_without_any_name_is_told() -> None:
    contact = f"""<gmd:contact><gmd:CI_ResponsibleParty><gmd:contactInfo><gmd:CI_Contact><gmd:address><gmd:CI_Address>
        <gmd:electronicMailAddress>{text("help@example.org")}</gmd:electronicMailAddress></gmd:CI_Address></gmd:address>
        </gmd:CI_Contact></gmd:contactInfo></gmd:CI_ResponsibleParty></gmd:contact>"""
    record = read(document(rest=contact))
    assert record.contacts == ()
    assert [p.code for p in record.problems if "help@example.org" in p.message] == ["nameless-contact"]


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (identified("10.5067/ABC"), Identifier(code="10.5067/ABC", codespace="doi")),
        (identified("doi:10.5067/ABC"), Identifier(code="10.5067/ABC", codespace="doi")),
        (identified("https://doi.org/10.5067/ABC"), Identifier(code="10.5067/ABC", codespace="doi")),
        (identified("10.5067", "gmd:RS_Identifier"), Identifier(code="10.5067")),
        (
            f"<gmd:RS_Identifier><gmd:code>{text('X1')}</gmd:code><gmd:codeSpace>{text('ivo')}</gmd:codeSpace></gmd:RS_Identifier>",
            Identifier(code="X1", codespace="ivo"),
        ),
    ],
)
def test_an_identifier_of_the_resource_is_read(element: str, expected: Identifier) -> None:
    assert read(document(citation=f"<gmd:identifier>{element}</gmd:identifier>")).identifiers == (expected,)


def keywords(*terms: str, kind: str = "theme", thesaurus: str = "") -> str:
    listed = "".join(f"<gmd:keyword>{text(term)}</gmd:keyword>" for term in terms)
    cited = f"<gmd:title>{text(thesaurus)}</gmd:title>"
    return f"""<gmd:descriptiveKeywords><gmd:MD_Keywords>{listed}
        <gmd:type><gmd:MD_KeywordTypeCode codeListValue="{kind}"/></gmd:type>
        <gmd:thesaurusName><gmd:CI_Citation>{cited}</gmd:CI_Citation></gmd:thesaurusName></gmd:MD_Keywords></gmd:descriptiveKeywords>"""


def test_keywords_are_read_with_type_thesaurus_and_levels() -> None:
    groups = keywords("EARTH SCIENCE>OCEANS>SALINITY>NONE>NONE", "Sea &amp;gt; ice", thesaurus="GCMD") + keywords("a", kind="dataCenter")
    record = read(document(groups + keywords("free", thesaurus="None")))
    assert record.keywords == (
        Keyword(term="EARTH SCIENCE > OCEANS > SALINITY", type=KeywordTypeCode.THEME, thesaurus="GCMD"),
        Keyword(term="Sea > ice", type=KeywordTypeCode.THEME, thesaurus="GCMD"),
        Keyword(term="a", type=KeywordTypeCode.DATA_CENTRE),
        Keyword(term="free", type=KeywordTypeCode.THEME),
    )


def test_keywords_that_name_platforms_instruments_and_projects_are_lifted() -> None:
    groups = (
        keywords("Earth Observation Satellites &gt; TERRA", "AQUA &gt; Earth Observing System, AQUA", kind="platform")
        + keywords("MODIS &gt; Moderate-Resolution Imaging Spectroradiometer", kind="instrument")
        + keywords("ESIP", kind="project")
    )
    record = read(document(groups))
    assert record.keywords == ()
    assert record.platforms == (
        Platform(name="TERRA", type="Earth Observation Satellites"),
        Platform(name="AQUA", long_name="Earth Observing System, AQUA"),
    )
    assert record.instruments == (Instrument(name="MODIS", long_name="Moderate-Resolution Imaging Spectroradiometer"),)
    assert record.projects == (Project(name="ESIP"),)


def test_domain_and_cnes_categories_are_lifted() -> None:
    groups = keywords("Universe", thesaurus="Reflecs science domains") + keywords("Exobiology", thesaurus="CNES scientific categories")
    record = read(document(groups))
    assert (record.domain, record.cnes_categories, record.keywords) == (Domain.UNIVERSE, ("Exobiology",), ())


# Times


def period(inside: str, name: str = "TimePeriod", prefix: str = "gml") -> str:
    return f"""<gmd:extent><gmd:EX_Extent><gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent>
        <{prefix}:{name}>{inside.replace("gml:", prefix + ":")}</{prefix}:{name}>
        </gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement></gmd:EX_Extent></gmd:extent>"""


def ends(begin: str, end: str) -> str:
    return f"<gml:beginPosition{begin}</gml:beginPosition><gml:endPosition{end}</gml:endPosition>"


@pytest.mark.parametrize("prefix", ["gml", "gml31"])
@pytest.mark.parametrize(
    ("inside", "begin", "end", "problems"),
    [
        (ends(">2007-01", ">2012-11-02"), "2007-01", "2012-11-02", []),
        (ends(">2001-01T00:00:00", ' indeterminatePosition="now">'), "2001-01", None, []),
        (ends(">2001", ">now"), "2001", None, []),
        (ends(">2001", ">Present"), "2001", None, []),
        (ends(' indeterminatePosition="unknown">', ">2001"), None, "2001", []),
        (ends(">1990-00-00", ">2001"), "1990", "2001", []),
        (ends(">2001", ">"), "2001", None, ["empty-date"]),
        (ends(">soon", ">2001"), None, "2001", ["bad-date"]),
        (ends(">2012", ">2007"), "2007", "2012", ["swapped-interval"]),
        (ends(' indeterminatePosition="before">2001', ">2002"), None, "2002", ["indeterminate-date"]),
        (ends(' indeterminatePosition="after">2001', ">2002"), "2001", "2002", []),
        (
            nest("2001", "gml:begin", "gml:TimeInstant", "gml:timePosition") + '<gml:end xlink:href="#t2"/>',
            "2001",
            None,
            ["unresolved-reference"],
        ),
    ],
)
def test_a_period_is_read(prefix: str, inside: str, begin: str | None, end: str | None, problems: list[str]) -> None:
    record = read(document(period(inside, prefix=prefix)))
    expected = TimeInterval(begin=Date(begin) if begin else None, end=Date(end) if end else None)
    assert (record.intervals, codes(record)) == ((expected,), problems)


def test_an_instant_is_an_interval_of_that_moment() -> None:
    record = read(document(period("<gml:timePosition>2007-04-03</gml:timePosition>", "TimeInstant")))
    assert record.intervals == (TimeInterval(begin=Date("2007-04-03"), end=Date("2007-04-03")),)


def test_a_period_of_two_unknown_ends_says_nothing() -> None:
    unknown = ' indeterminatePosition="unknown">'
    assert read(document(period(ends(unknown, unknown)))).intervals == ()


# Places


def place(inside: str) -> str:
    return f"<gmd:extent><gmd:EX_Extent><gmd:geographicElement>{inside}</gmd:geographicElement></gmd:EX_Extent></gmd:extent>"


def box(west: str, south: str, east: str, north: str, kind: str = "") -> str:
    sides = zip(
        ("westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude"), (west, east, south, north), strict=True
    )
    inside = "".join(f"<gmd:{side}><gco:Decimal>{value}</gco:Decimal></gmd:{side}>" for side, value in sides)
    return f"<gmd:EX_GeographicBoundingBox>{kind}{inside}</gmd:EX_GeographicBoundingBox>"


NOT_HERE = "<gmd:extentTypeCode><gco:Boolean>false</gco:Boolean></gmd:extentTypeCode>"


@pytest.mark.parametrize(
    ("element", "expected", "problems"),
    [
        (box("-5", "41", "9", "51"), Box(west=-5, south=41, east=9, north=51), []),
        (box("170", "-10", "-170", "10"), Box(west=170, south=-10, east=-170, north=10), []),
        (box("-5,5", "41,25", "9", "51"), Box(west=-5.5, south=41.25, east=9, north=51), []),
        (box("-5", "51", "9", "41"), Box(west=-5, south=41, east=9, north=51), ["swapped-box"]),
        (box("", "41", "9", "51"), None, ["incomplete-box"]),
        (box("x", "41", "9", "51"), None, ["bad-number", "incomplete-box"]),
        (box("", "", "", ""), None, ["empty-box"]),
        (box("-5", "41", "9", "51", NOT_HERE), None, ["excluded-area"]),
    ],
)
def test_a_box_is_read(element: str, expected: Box | None, problems: list[str]) -> None:
    record = read(document(place(element)))
    assert (record.extents, codes(record)) == ((Extent(boxes=(expected,)),) if expected else (), problems)


def test_a_place_in_words_is_the_description() -> None:
    named = nest(identified("Arctic"), "gmd:EX_GeographicDescription", "gmd:geographicIdentifier")
    assert read(document(place(named))).extents == (Extent(description="Arctic"),)


@pytest.mark.parametrize(
    ("system", "expected", "problems"),
    [
        ('<gmd:verticalCRS gco:nilReason="missing"/>', (-100.0, 20.0), []),
        ('<gmd:verticalCRS xlink:href="http://www.opengis.net/def/crs/EPSG/0/5715"/>', (-20.0, 100.0), []),
        ('<gmd:verticalCRS xlink:href="urn:ogc:def:crs:EPSG::9999"/>', None, ["unknown-vertical-crs"]),
    ],
)
def test_heights_are_metres_upwards(system: str, expected: tuple[float, float] | None, problems: list[str]) -> None:
    span = f"""<gmd:extent><gmd:EX_Extent><gmd:verticalElement><gmd:EX_VerticalExtent>
        <gmd:minimumValue><gco:Real>-100</gco:Real></gmd:minimumValue><gmd:maximumValue><gco:Real>20</gco:Real></gmd:maximumValue>
        {system}</gmd:EX_VerticalExtent></gmd:verticalElement></gmd:EX_Extent></gmd:extent>"""
    record = read(document(span))
    assert (record.extents, codes(record)) == ((Extent(vertical=expected),) if expected else (), problems)
