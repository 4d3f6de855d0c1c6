"""What machines that roam the web ask for: robots.txt, the sitemap, the feed."""

from itertools import islice
from typing import Final

from flask import Blueprint, Response, abort, render_template, request

from catalogue.query import Page
from records.dates import Date
from records.model import Record
from ui.current import catalogue
from ui.language import language
from ui.search_form import SearchForm
from ui.words import excerpt

SITEMAP_SIZE: Final = 5000
"""Addresses in one file of the sitemap; the protocol allows 50,000, but each file is made when it is asked for."""
_FEED_SIZE: Final = 30

blueprint = Blueprint("crawlers", __name__)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers may read: records, and not the endless ways to search them."""
    lines = [
        "User-agent: *",
        "Disallow: /search",
        "Disallow: /export",
        "Disallow: /suggest",
        *(f"Disallow: {path}" for path in ("/login", "/register", "/account", "/admin", "/sipad/select", "/sipad/order")),
        *(f"Disallow: {door}" for door in ("/csw", "/ogc", "/oai", "/opensearch/")),
        f"Sitemap: {catalogue().base_url}/sitemap.xml",
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The index of the sitemap, and with `?page=` one of its files."""
    asked = request.args.get("page")
    if asked is None:
        files = range(1, -(-catalogue().engine.statistics().records // SITEMAP_SIZE) + 1)
        return _xml(render_template("sitemap-index.xml", base_url=catalogue().base_url, files=files))
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 6 and int(asked)):
        abort(404)
    start = (int(asked) - 1) * SITEMAP_SIZE
    identifiers = list(islice(catalogue().engine.identifiers(), start, start + SITEMAP_SIZE))
    if not identifiers:
        abort(404)
    pages = [(catalogue().url_of(record.identifier), _changed(record)) for record in catalogue().engine.get_many(identifiers) if record]
    return _xml(render_template("sitemap.xml", pages=pages))


@blueprint.get("/feed")
def feed() -> Response:
    """The newest records of a search as an Atom feed.

    Words are those written, since nobody is typing any more; where they find nothing, the page's results.
    """
    form = SearchForm.parse(request.args).first(sort="-created")
    page = Page(limit=_FEED_SIZE)
    hits = catalogue().search(form.first(exact=True).query(facets=False, page=page)).hits
    records = [hit.record for hit in hits or catalogue().search(form.query(facets=False, page=page)).hits]
    updated = catalogue().engine.statistics().updated or catalogue().clock()
    entries = [
        {
            "title": record.display_title,
            "url": catalogue().url_of(record.identifier),
            "updated": _moment(record) or Date.of(updated).text,
            "summary": excerpt(record.abstract, 600) if record.abstract else "",
            "author": record.organisations[0] if record.organisations else "",
        }
        for record in records
    ]
    html = f"{catalogue().base_url}{form.first(sort=None).address()}"
    text = render_template(
        "feed.xml", base_url=catalogue().base_url, html=html, q=form.q, entries=entries, updated=Date.of(updated).text, language=language()
    )
    return Response(text, content_type="application/atom+xml; charset=utf-8")


def _xml(text: str) -> Response:
    return Response(text, content_type="application/xml; charset=utf-8")


def _changed(record: Record) -> str | None:
    """The day the metadata last changed, where it is one that a sitemap can say."""
    date = record.datestamp or record.created
    day = date.text.partition("T")[0] if date else ""
    return day if len(day) == 10 and day[0].isdigit() else None


def _moment(record: Record) -> str | None:
    day = _changed(record)
    return f"{day}T00:00:00Z" if day else None
