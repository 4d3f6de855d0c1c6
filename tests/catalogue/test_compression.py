"""What is compressed, for whom, and that nothing else of an answer changes."""

import gzip
import io
from collections.abc import Iterator

import pytest
import requests
from flask import Flask, Response, send_file
from flask.testing import FlaskClient
from owslib.csw import CatalogueServiceWeb

from catalogue.compression import compressed
from tests.catalogue.protocols.serving import CITE, HOLDINGS, listening, serving
from tests.catalogue.test_with_accounts import app as with_accounts  # noqa: F401 (a fixture)

TEXT = "Sea ice of the Arctic, by day. " * 100
GZIP = {"Accept-Encoding": "gzip"}
LIST = "/oai?verb=ListRecords&metadataPrefix=iso19139"


def answers(response: Response) -> FlaskClient:
    """Return a client of an application that answers so at every address."""
    app = Flask(__name__)
    app.after_request(compressed)
    app.add_url_rule("/", view_func=lambda: response)
    return app.test_client()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a catalogue of the shipped records and those of OGC's suite, that knows it."""
    with listening(tmp_path_factory.mktemp("compressed"), [HOLDINGS, CITE]) as found:
        yield found


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with serving(tmp_path_factory.mktemp("compression"), [HOLDINGS]) as app:
        yield app.test_client()


@pytest.mark.parametrize(
    "media_type",
    [
        *("text/html; charset=utf-8", "text/xml", "text/csv", "text/css", "text/javascript", "application/javascript", "application/xml"),
        *("application/atom+xml", "image/svg+xml", "application/json", "application/geo+json", "application/ld+json; charset=utf-8"),
    ],
)
def test_text_is_compressed(media_type: str) -> None:
    answer = answers(Response(TEXT, content_type=media_type)).get("/", headers=GZIP)
    assert gzip.decompress(answer.data).decode() == TEXT
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(Response(TEXT, content_type="application/pdf"), id="no text"),
        pytest.param(Response(TEXT, content_type="application/octet-stream"), id="bytes"),
        pytest.param(Response("x" * 999), id="short"),
        pytest.param(Response(TEXT, 404), id="an error"),
        pytest.param(Response(TEXT, 206, headers={"Content-Range": "bytes 0-3099/9999"}), id="a part"),
        pytest.param(Response(TEXT, headers={"Content-Encoding": "br"}), id="encoded already"),
        pytest.param(Response(part for part in (TEXT, TEXT)), id="streamed"),
    ],
)
def test_nothing_else_is(response: Response) -> None:
    before = dict(response.headers)
    answer = answers(response).get("/", headers=GZIP)
    assert answer.text.startswith("Sea ice of the Arctic" if len(answer.data) > 999 else "x")
    assert {name: value for name, value in answer.headers.items() if name != "Content-Length" or name in before} == before


def test_a_file_that_is_handed_through_is_not_read() -> None:
    app = Flask(__name__)
    app.after_request(compressed)
    app.add_url_rule("/", view_func=lambda: send_file(io.BytesIO(TEXT.encode()), mimetype="text/plain"))
    answer = app.test_client().get("/", headers=GZIP)
    assert (answer.text, answer.headers.get("Content-Encoding")) == (TEXT, None)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br", "gzip"),
        ("br;q=1, gzip;q=0.1", "gzip"),
        ("*", "gzip"),
        ("identity;q=0.5, *;q=0.8", "gzip"),
        (None, None),
        ("", None),
        ("identity", None),
        ("br", None),
        ("gzip;q=0", None),
        ("gzip;q=0, *", None),
        ("*;q=0", None),
        ("gzip;q=0.5, identity", None),
    ],
)
def test_it_is_done_for_whoever_takes_it_and_told_to_caches_always(accepted: str | None, encoding: str | None) -> None:
    response = Response(TEXT, headers={"Vary": "Accept"})
    answer = answers(response).get("/", headers={} if accepted is None else {"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize("path", [LIST, "/ogc/collections/records/items", "/records/COROT", "/static/reflecs.css", "/opensearch"])
def test_what_is_asked_without_the_content_has_the_same_headers(client: FlaskClient, path: str) -> None:
    whole, head = client.get(path, headers=GZIP), client.head(path, headers=GZIP)
    assert head.data == b""
    changing = {"Date"}
    assert {*head.headers} - changing == {*whole.headers} - changing
    assert all(head.headers[name] == whole.headers[name] for name in ("Content-Encoding", "Content-Length", "Vary", "Content-Type"))


@pytest.mark.parametrize("path", ["/ogc/collections/records/items/COROT", "/records/COROT?f=iso19139", "/static/reflecs.css"])
def test_a_tag_tells_what_is_the_same_however_it_was_read(client: FlaskClient, path: str) -> None:
    plain, packed = client.get(path), client.get(path, headers=GZIP)
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    for tag in (plain.headers["ETag"], packed.headers["ETag"]):
        for encoding, wanted in (("identity", plain), ("gzip", packed)):
            answer = client.get(path, headers={"If-None-Match": tag, "Accept-Encoding": encoding})
            assert (answer.status_code, answer.data) == (304, b"")
            assert answer.headers["ETag"] == wanted.headers["ETag"]
            assert answer.headers["Vary"] == wanted.headers["Vary"]
    assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_pages_with_tokens_of_somebodys_forms_are_not_compressed(with_accounts: Flask) -> None:  # noqa: F811
    client = with_accounts.test_client()
    first = client.get("/login", headers=GZIP)  # which begins a session
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get("/login", headers=GZIP)
    assert 'name="csrf_token"' in again.text
    assert "Content-Encoding" not in again.headers
    assert "Accept-Encoding" in again.vary
    assert client.get("/static/reflecs.css", headers=GZIP).headers["Content-Encoding"] == "gzip"


def test_requests_reads_a_page_byte_for_byte(address: str) -> None:
    plain = requests.get(address + LIST, headers={"Accept-Encoding": "identity"}, timeout=60)
    packed = requests.get(address + LIST, timeout=60)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) * 8 < len(plain.content)
    cut = b"</responseDate>"
    assert packed.content.partition(cut)[2] == plain.content.partition(cut)[2]


@pytest.mark.filterwarnings("ignore:.*(will merge into|will become .keywords proper):FutureWarning")
def test_owslib_reads_a_page(address: str) -> None:
    csw = CatalogueServiceWeb(f"{address}/csw")
    csw.getrecords2(maxrecords=100, esn="full")
    assert len(csw.records) == 100
