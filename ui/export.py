"""Records to take away: one in any format, by `f=` or by what the asker accepts; several in one document."""

import threading
from http import HTTPStatus
from importlib.metadata import version
from typing import Final

from flask import Response, request
from werkzeug.datastructures import MIMEAccept, MultiDict
from werkzeug.exceptions import ServiceUnavailable

from catalogue.query import Page
from catalogue.service import Catalogue, Document
from catalogue.service.exporting import MAX_WEB_RECORDS
from catalogue.service.remembered import key_of
from mappings.citation import citation
from mappings.formats import FORMATS, WRITTEN
from mappings.vocabularies.words import number_words
from records.errors import FormatError, QueryError
from ui.search_form import SearchForm
from ui.speech import _

_HTML: Final = "text/html"
_CITATIONS: Final = {"bibtex": ("application/x-bibtex", ".bib"), "ris": ("application/x-research-info-systems", ".ris")}

AT_ONCE: Final = 2
"""So many PDFs are made at once in a process, which has threads for pages beside them."""
presses: Final = threading.BoundedSemaphore(AT_ONCE)
PATIENCE: Final = 3.0
"""Seconds that an asker waits for one of them."""


def negotiated(accept: MIMEAccept, catalogue: Catalogue, identifier: str) -> str | None:
    """Return the name of the format that the asker accepts best; None for the page."""
    if not accept.provided or accept.quality(_HTML) >= 1:
        return None
    offered = {_HTML: None, **{known.media_type.partition(";")[0]: known.name for known in reversed(WRITTEN)}, "application/pdf": "pdf"}
    offered |= {media_type: name for name, (media_type, _extension) in _CITATIONS.items()}
    offered |= {"application/json": "json"}
    best = accept.best_match(list(offered))
    name = offered.get(best or _HTML)
    if best not in {"application/xml", "text/xml"}:
        return name
    source = catalogue.record(identifier).source  # XML of any kind: the document as it came, where it is XML
    xml = {known.name for known in FORMATS if "xml" in known.media_type}
    return source.format if source and source.format in xml else name


def rendition(catalogue: Catalogue, identifier: str, asked: str, *, language: str) -> Response:
    """Return a record in the format called `asked`.

    Raises:
        NotFoundError: there is no such record.
        FormatError: there is no such format.
        ServiceUnavailable: too many PDFs are being made already.
    """
    if asked in _CITATIONS:
        return _citation(catalogue, identifier, asked, language=language)
    return _made(catalogue, [identifier], _known(asked, "pdf", "csv", *_CITATIONS), language)


def bundle(catalogue: Catalogue, arguments: "MultiDict[str, str]", *, language: str, most: int | None = None) -> Response:
    """Return the records ticked (`id`), or else all that the search in `arguments` finds, as one document in the format `f`.

    At most `most` records are ticked, None for as many as everybody may tick; of a PDF never more than that.

    Raises:
        QueryError: too many, or none.
        NotFoundError: one of them does not exist.
        FormatError: there is no such format.
        ServiceUnavailable: too many PDFs are being made already.
    """
    identifiers = arguments.getlist("id")
    asked = _known(arguments.get("f") or "pdf", "pdf", "csv")
    if not identifiers:
        identifiers = _found(catalogue, SearchForm.parse(arguments), language)
    ticked, limit = len(set(identifiers)), MAX_WEB_RECORDS if most is None or asked == "pdf" else most
    if ticked > limit:
        numbers = {"count": number_words(ticked, language), "limit": number_words(limit, language)}
        raise QueryError(_("%(count)s records are ticked, and at most %(limit)s are exported at once.", **numbers), parameter="id")
    return _made(catalogue, identifiers, asked, language)


def _made(catalogue: Catalogue, identifiers: list[str], asked: str, language: str) -> Response:
    """Return the records as one document. Setting PDFs is slow and large: only so many are set at once, and none that the asker has."""
    if asked != "pdf":
        return _response(catalogue.export(identifiers, asked, language=language))
    tag = _pdf_tag(catalogue, identifiers, language)
    unchanged = Response(content_type="application/pdf")
    unchanged.set_etag(tag, weak=True)
    if unchanged.make_conditional(request).status_code == HTTPStatus.NOT_MODIFIED:
        return unchanged
    if not presses.acquire(timeout=PATIENCE):
        raise ServiceUnavailable(_("Other people’s PDFs are being made just now."))
    try:
        return _response(catalogue.export(identifiers, asked, language=language), tag)
    finally:
        presses.release()


def _pdf_tag(catalogue: Catalogue, identifiers: list[str], language: str) -> str:
    """Return a tag for all that a PDF of these records is made of: it says the day it was made on, its bytes hold the second.

    Raises:
        NotFoundError: one of them does not exist.
    """
    records = [catalogue.with_order(catalogue.record(identifier)) for identifier in identifiers]
    return key_of(version("reflecs"), catalogue.base_url, language, catalogue.clock().date(), records).hex()


def _known(asked: str, *others: str) -> str:
    names = [*(known.name for known in FORMATS), *others]
    if asked not in names:
        raise FormatError(_("There is no format “%(format)s”; there are: %(known)s.", format=asked, known=", ".join(names)))
    return asked


def _found(catalogue: Catalogue, form: SearchForm, language: str) -> list[str]:
    page = catalogue.search(form.query(facets=False, page=Page(limit=MAX_WEB_RECORDS)))
    if page.number_matched > MAX_WEB_RECORDS:
        numbers = {"count": number_words(page.number_matched, language), "limit": number_words(MAX_WEB_RECORDS, language)}
        message = _(
            "%(count)s records match, and at most %(limit)s are exported at once. Tick the ones you want, or narrow the search.", **numbers
        )
        raise QueryError(message, parameter="id")
    if not page.hits:
        raise QueryError(_("No record was ticked, and no record matches the search."), parameter="id")
    return [hit.record.identifier for hit in page.hits]


def _citation(catalogue: Catalogue, identifier: str, asked: str, *, language: str) -> Response:
    record = catalogue.record(identifier)
    media_type, extension = _CITATIONS[asked]
    cited = citation(record, url=catalogue.url_of(identifier), language=language)
    content = cited.bibtex if asked == "bibtex" else cited.ris
    return _response(Document(content=content.encode(), media_type=f"{media_type}; charset=utf-8", filename=f"citation{extension}"))


def _response(document: Document, tag: str | None = None) -> Response:
    """Return a document as an answer. `tag` tells what it was made of; None where its bytes tell."""
    response = Response(document.content, content_type=document.media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{document.filename}"'
    lost = sorted({name for names in document.losses.values() for name in names})
    if lost:
        response.headers["Reflecs-Not-Carried"] = ", ".join(lost)
    if tag is None:
        response.add_etag()
    else:
        response.set_etag(tag, weak=True)
    response.make_conditional(request)
    return response
