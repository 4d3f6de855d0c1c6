"""Where the server is, how one is let in, and what is told of its troubles."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from elastic_transport import ConnectionError, ConnectionTimeout  # noqa: A004 (its name)
from elasticsearch import Elasticsearch

from catalogue.engines import open_engine
from catalogue.engines.elasticsearch import ElasticsearchEngine
from catalogue.engines.elasticsearch.server import Address, connect
from catalogue.query import SearchQuery
from catalogue.settings import ElasticsearchAccess, SettingsError
from records.errors import EngineError
from tests.cluster.certificates import make_certificate
from tests.cluster.fixtures import require_server
from tests.cluster.node import PASSWORD, USER, Node, free_port
from tests.contracts.making import NOW, entry, found


@pytest.mark.parametrize(
    ("text", "nodes", "name"),
    [
        ("http://localhost:9200", ("http://localhost:9200",), "reflecs"),
        ("https://es.example.org:9200/", ("https://es.example.org:9200",), "reflecs"),
        ("http://a:9200/data-1", ("http://a:9200",), "data-1"),
        ("http://a:1,http://b:2,http://[::1]:3/x", ("http://a:1", "http://b:2", "http://[::1]:3"), "x"),
    ],
)
def test_addresses(text: str, nodes: tuple[str, ...], name: str) -> None:
    assert Address.parse(text) == Address(nodes, name)


@pytest.mark.parametrize(
    "text",
    [
        "localhost:9200",
        "http://localhost",
        "ftp://a:9200",
        "http://a:9200/A",
        "http://a:9200/a/b",
        "http://a:9200/_all",
        "http://a:9200?x=1",
        "http://a:99999/x",
        "http://a b:9200/x",
        "http://[::1:9200/x",
        "http://:9200/x",
    ],
)
def test_what_is_no_address_is_told(text: str) -> None:
    with pytest.raises(EngineError):
        Address.parse(text)


def test_who_signs_in_does_not_stand_in_the_address() -> None:
    with pytest.raises(EngineError, match="REFLECS_ELASTICSEARCH_USER"):
        open_engine("elasticsearch:http://user:secret@localhost:9200")


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(EngineError, match=r"^The catalogue's server cannot be reached now\.$"):
        open_engine(f"elasticsearch:http://127.0.0.1:{free_port()}")


def test_certificates_are_for_nodes_that_show_one() -> None:
    with pytest.raises(EngineError, match=r"REFLECS_ELASTICSEARCH_CA is for .* http://b:2 is not"):
        connect(Address(("https://a:1", "http://b:2")), ElasticsearchAccess(ca=Path("ca.pem")))


class _Slow(BaseHTTPRequestHandler):
    """Answers after a while. It is nothing but that: no Elasticsearch."""

    seconds = 0.0

    def do_HEAD(self) -> None:
        time.sleep(self.seconds)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815 (as the class calls it)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def slow() -> Iterator[str]:
    _Slow.seconds = 0.0
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_node_that_was_silent_is_heard_when_it_is_slow_and_refused_quickly_when_it_is_not(slow: str) -> None:
    (node,) = connect(Address((slow,)), ElasticsearchAccess(timeout=2.0)).transport.node_pool.all()
    _Slow.seconds = 3.0
    with pytest.raises(ConnectionTimeout):
        node.perform_request("GET", "/", request_timeout=2.0)
    begun = time.monotonic()
    with pytest.raises(ConnectionError):
        node.perform_request("GET", "/", request_timeout=2.0)
    assert time.monotonic() - begun < 2.0, "sooner than its answer is waited for"
    _Slow.seconds = 0.5  # longer than it is listened to at first
    for _ in range(20):
        try:
            assert node.perform_request("GET", "/", request_timeout=2.0).meta.status == 200
            break
        except ConnectionError:
            time.sleep(0.2)
    else:
        pytest.fail("it is not heard any more")


def test_what_is_no_elasticsearch_is_told(slow: str) -> None:
    with pytest.raises(EngineError, match=r"^What answers there is no Elasticsearch\.$"):
        open_engine(f"elasticsearch:{slow}")


class Secured(NamedTuple):
    node: Node
    ca: Path

    def engine(self, *, ca: Path | None, prompt: bool = False, **access: str | float) -> ElasticsearchEngine:
        return ElasticsearchEngine(Address((self.node.url,), "secured"), ElasticsearchAccess(ca=ca, **access), prompt=prompt)  # type: ignore[arg-type]  # a table of them


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A node that speaks TLS and asks who one is."""
    require_server()
    folder = tmp_path_factory.mktemp("secured")
    ca = make_certificate(folder)
    (folder / "node").mkdir()
    with Node(folder=folder / "node", secured=True, certificates=folder, memory="512m") as node:
        yield Secured(node, ca)


@pytest.mark.elasticsearch
def test_one_signs_in_by_password_and_by_api_key_over_tls(secured: Secured) -> None:
    engine = secured.engine(ca=secured.ca, user=USER, password=PASSWORD, timeout=30.0)
    engine.put([entry("one", "One")], now=NOW)
    with Elasticsearch(secured.node.url, ca_certs=str(secured.ca), basic_auth=(USER, PASSWORD)) as client:
        rights = {"names": ["secured", "secured.*"], "privileges": ["all"]}
        key = client.security.create_api_key(name="reflecs", role_descriptors={"reflecs": {"indices": [rights]}}).body["encoded"]
    by_key = secured.engine(ca=secured.ca, api_key=key, timeout=30.0)
    by_key.put([entry("two", "Two")], now=NOW)
    assert found(by_key) == found(engine) == ["one", "two"]
    assert by_key.statistics().records == 2
    assert by_key.reindex(lambda record: entry(record.identifier, record.title)) == 2
    by_key.close()
    engine.close()


@pytest.mark.elasticsearch
def test_passwords_may_have_accents_and_rights_that_are_missing_are_told(secured: Secured) -> None:
    with Elasticsearch(secured.node.url, ca_certs=str(secured.ca), basic_auth=(USER, PASSWORD)) as client:
        client.security.put_user(username="joe", password="mot de passé", roles=[])
    with pytest.raises(EngineError, match="does not let this user, or this key, do that; see REFLECS_ELASTICSEARCH_USER"):
        secured.engine(ca=secured.ca, user="joe", password="mot de passé", timeout=30.0)


@pytest.mark.elasticsearch
@pytest.mark.parametrize("access", [{}, {"user": USER, "password": "wrong"}, {"api_key": "d3Jvbmc6a2V5"}])
def test_who_may_not_is_told(secured: Secured, access: dict[str, str]) -> None:
    with pytest.raises(EngineError, match="refuses the sign-in; see REFLECS_ELASTICSEARCH_USER"):
        secured.engine(ca=secured.ca, timeout=30.0, **access)  # type: ignore[arg-type]  # a table of them


@pytest.mark.elasticsearch
def test_a_certificate_that_is_not_trusted_is_told(secured: Secured) -> None:
    with pytest.raises(EngineError, match="not trusted; see REFLECS_ELASTICSEARCH_CA"):
        secured.engine(ca=None, user=USER, password=PASSWORD, timeout=30.0)


@pytest.mark.elasticsearch
def test_a_server_that_stands_still_is_told_and_asked_again_afterwards(secured: Secured) -> None:
    patient = secured.engine(ca=secured.ca, user=USER, password=PASSWORD, timeout=30.0)
    engine = secured.engine(ca=secured.ca, prompt=True, user=USER, password=PASSWORD, timeout=5.0)
    engine.search(SearchQuery())
    secured.node.freeze()
    try:
        with pytest.raises(EngineError, match=r"^The catalogue's server did not answer in time\.$"):
            engine.search(SearchQuery())
    finally:
        secured.node.thaw()
    assert patient.search(SearchQuery()).number_matched >= 0
    engine.close()
    patient.close()


PREFIX = "REFLECS_ELASTICSEARCH_"


def test_how_one_is_let_in_is_read_from_the_environment(tmp_path: Path) -> None:
    assert ElasticsearchAccess.from_environment({}) == ElasticsearchAccess()
    ca = tmp_path / "ca.pem"
    ca.touch()
    told = {"USER": "u", "PASSWORD": "p", "CA": str(ca), "TIMEOUT": "0.5", "SHARDS": "12"}
    access = ElasticsearchAccess.from_environment({PREFIX + name: value for name, value in told.items()})
    assert access == ElasticsearchAccess(user="u", password="p", ca=ca, timeout=0.5, shards=12)
    assert "password" not in repr(access)
    by_key = {PREFIX + "API_KEY": "dGhlOmtleQ==", PREFIX + "PASSWORD": "of the cluster beside", PREFIX + "USER": ""}
    assert ElasticsearchAccess.from_environment(by_key).api_key == "dGhlOmtleQ=="


@pytest.mark.parametrize(
    "told",
    [
        {"USER": "u"},
        {"PASSWORD": "p"},
        {"USER": "u", "PASSWORD": "p", "API_KEY": "k"},
        {"API_KEY": "abc\ndef"},
        {"API_KEY": "clé"},
        {"CA": "/nowhere/ca.pem"},
        {"TIMEOUT": "soon"},
        {"TIMEOUT": "0"},
        {"TIMEOUT": "nan"},
        {"SHARDS": "0"},
        {"SHARDS": "many"},
    ],
)
def test_what_cannot_let_one_in_is_told(told: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=PREFIX):
        ElasticsearchAccess.from_environment({PREFIX + name: value for name, value in told.items()})
