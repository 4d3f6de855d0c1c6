"""A CSW and an OAI-PMH repository that do as a test says."""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from tests.harvesters.sites import Asked, Reply

_GMD = (
    '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">'
    "<gmd:fileIdentifier><gco:CharacterString>{0}</gco:CharacterString></gmd:fileIdentifier>"
    "<gmd:x>{1}</gmd:x></gmd:MD_Metadata>"
)
_RECORD = (
    '<csw:BriefRecord xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:identifier>{0}</dc:identifier></csw:BriefRecord>"
)
_CAPABILITIES = """<csw:Capabilities xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ows="http://www.opengis.net/ows">
<ows:OperationsMetadata><ows:Operation name="GetRecords"><ows:DCP><ows:HTTP/></ows:DCP><ows:Parameter name="outputSchema">
<ows:Value>http://www.isotc211.org/2005/gmd</ows:Value></ows:Parameter></ows:Operation></ows:OperationsMetadata></csw:Capabilities>"""
_EXCEPTION = (
    '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception exceptionCode="NoApplicableCode"/></ows:ExceptionReport>'
)


def names(count: int) -> list[str]:
    return [f"record-{number:04}" for number in range(count)]


@dataclass
class ScriptedCsw:
    """A CSW of ISO records.

    Attributes:
        records: identifier to what its document says.
        poisoned: whose page is a 500.
        broken: whose document is no XML.
        nameless: whose brief record cannot be had either.
        most: records a page has at most.
        lie: makes the total that is told.
        next_lie: makes the next position that is told.
        sorts, sifts: whether SortBy and Constraint are understood.
        shuffle: moves the start, as servers without a stable order do.
    """

    records: dict[str, str]
    poisoned: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    nameless: set[str] = field(default_factory=set)
    without_name: set[str] = field(default_factory=set)
    most: int = 1000
    lie: "dict[int, int] | int | None" = None
    tells_total: bool = True
    next_lie: int | None = None
    sorts: bool = True
    sifts: bool = True
    stuck: bool = False
    requests: list[tuple[int, int, str]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        if asked.method == "GET":
            return Reply(body=_CAPABILITIES.encode())
        root = etree.fromstring(asked.body)
        if root.tag.endswith("GetRecordById"):
            return self._by_id([each.text or "" for each in root.iter("{*}Id")])
        brief = root.findtext(".//{*}ElementSetName") == "brief"
        sifted = root.find(".//{*}Constraint") is not None
        if (not self.sorts and root.find(".//{*}SortBy") is not None) or (sifted and not self.sifts):
            return Reply(body=_EXCEPTION.encode())
        return self._page(int(root.get("startPosition", "1")), int(root.get("maxRecords", "10")), brief=brief, sifted=sifted)

    def _page(self, start: int, size: int, *, brief: bool, sifted: bool) -> Reply:
        self.requests.append((start, size, "brief" if brief else "full"))
        every = [name for name in self.records if not sifted or self.records[name].startswith("new")]
        begin = 0 if self.stuck else start - 1
        page = every[begin : begin + min(size, self.most)]
        if (self.nameless if brief else self.poisoned).intersection(page):
            return Reply(status=500, body=b"java.lang.NullPointerException")
        total = len(every) if not isinstance(self.lie, int) else self.lie
        if isinstance(self.lie, dict):
            total = self.lie.get(len(self.requests), total)
        following = start + len(page) if start - 1 + len(page) < total else 0
        following = following if self.next_lie is None else self.next_lie
        matched = f'numberOfRecordsMatched="{total}" ' if self.tells_total else ""
        return Reply(
            body=(
                '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchResults '
                f'{matched}numberOfRecordsReturned="{len(page)}" nextRecord="{following}">'
                + "".join(_RECORD.format(escape(name)) if brief else self._document(name) for name in page)
                + "</csw:SearchResults></csw:GetRecordsResponse>"
            ).encode()
        )

    def _document(self, name: str) -> str:
        if name in self.broken:
            return "<gmd:MD_Metadata><unclosed>"
        return _GMD.format("" if name in self.without_name else escape(name), escape(self.records[name]))

    def _by_id(self, wanted: list[str]) -> Reply:
        self.requests.append((0, len(wanted), "by id"))
        if self.poisoned.intersection(wanted):
            return Reply(status=500, body=b"java.lang.NullPointerException")
        found = "".join(self._document(name) for name in wanted if name in self.records)
        return Reply(
            body=f'<csw:GetRecordByIdResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">{found}</csw:GetRecordByIdResponse>'.encode()
        )


_OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-27T12:00:00Z</responseDate>{0}</OAI-PMH>'


@dataclass
class ScriptedOai:
    """A repository of Dublin Core.

    Attributes:
        records: identifier to what its document says; None for one that is deleted.
        stamps: of its records, where they are odd.
        broken: whose ListRecords part is no XML, and who cannot be had alone.
        forgetful: takes no token whose position is one of these, once each.
        circling: hands out the same token for ever.
        size: the length of the list that is told.
    """

    records: dict[str, str | None]
    stamps: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    forgetful: set[int] = field(default_factory=set)
    circling: bool = False
    size: int | None = None
    page: int = 10
    queries: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        query = dict(asked.query)
        self.queries.append(query)
        match query["verb"]:
            case "Identify":
                body = "<Identify><granularity>YYYY-MM-DDThh:mm:ssZ</granularity><deletedRecord>persistent</deletedRecord></Identify>"
            case "ListMetadataFormats":
                body = "<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix></metadataFormat></ListMetadataFormats>"
            case "GetRecord":
                name = query["identifier"]
                if name in self.lost:
                    return Reply(body=_OAI.format('<error code="idDoesNotExist">no</error>').encode())
                if name in self.broken:
                    return Reply(body=_OAI.format("<GetRecord><record><a></b></record></GetRecord>").encode())
                body = f"<GetRecord>{self._entry(name)}</GetRecord>"
            case verb:
                return self._list(verb, query.get("resumptionToken"))
        return Reply(body=_OAI.format(body).encode())

    def _list(self, verb: str, token: str | None) -> Reply:
        begin = int(token or 0)
        if begin in self.forgetful and token is not None:
            self.forgetful.discard(begin)
            return Reply(body=_OAI.format('<error code="badResumptionToken">expired</error>').encode())
        every = list(self.records)
        part = every[begin : begin + self.page]
        if not part:
            return Reply(body=_OAI.format('<error code="noRecordsMatch"/>').encode())
        after = begin if self.circling else begin + len(part)
        size = f" completeListSize={quoteattr(str(self.size))}" if self.size is not None else ""
        mark = f"<resumptionToken{size}>{after if after < len(every) else ''}</resumptionToken>"
        entries = "".join(self._entry(name) if verb == "ListRecords" else self._header(name) for name in part)
        if verb == "ListRecords" and self.broken.intersection(part):
            entries += "<a></b>"
        return Reply(body=_OAI.format(f"<{verb}>{entries}{mark}</{verb}>").encode())

    def _header(self, name: str) -> str:
        deleted = ' status="deleted"' if self.records.get(name) is None else ""
        stamp = self.stamps.get(name, "2026-11-01T00:00:00Z")
        return f"<header{deleted}><identifier>{escape(name)}</identifier><datestamp>{stamp}</datestamp></header>"

    def _entry(self, name: str) -> str:
        said = self.records.get(name)
        document = f'<metadata><dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/">{escape(said)}</dc></metadata>' if said else ""
        return f"<record>{self._header(name)}{document}</record>"
