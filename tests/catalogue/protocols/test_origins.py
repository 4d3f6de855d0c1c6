"""Scripts in pages of other places at the doors: what a browser lets them do, by what is answered."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.catalogue.protocols.csw.asking import xml
from tests.catalogue.protocols.serving import CITE, TOKEN, serving

ELSEWHERE = {"Origin": "https://portal.example"}
ITEMS = "/ogc/collections/records/items"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with serving(tmp_path_factory.mktemp("origins"), [CITE], tokens=(TOKEN,)) as app:
        yield app.test_client()


@pytest.mark.parametrize(
    "path",
    [
        *("/csw", "/csw?request=nix", "/csw/nix", "/oai", "/oai?verb=Identify", "/oai/nix", "/opensearch", "/opensearch/search?nix=1"),
        *("/ogc", ITEMS, f"{ITEMS}/nix", f"{ITEMS}?nix=1", "/ogc/nix"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
def test_every_answer_of_a_door_may_be_read_without_cookies(client: FlaskClient, path: str, method: str) -> None:
    headers = client.open(path, method=method, headers=ELSEWHERE).headers
    assert headers.getlist("Access-Control-Allow-Origin") == ["*"]
    assert "Access-Control-Allow-Credentials" not in headers
    assert "ETag" in headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/csw", "POST"),
        ("/oai", "POST"),
        ("/opensearch/search", "GET"),
        ("/ogc", "GET"),
        (ITEMS, "POST"),
        (f"{ITEMS}/nix", "PUT"),
        (f"{ITEMS}/nix", "DELETE"),
    ],
)
def test_a_browser_that_asks_beforehand_may_send_documents_and_tokens(client: FlaskClient, path: str, method: str) -> None:
    asked = {**ELSEWHERE, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}
    answer = client.options(path, headers=asked)
    assert answer.status_code == 200
    assert method in answer.headers["Access-Control-Allow-Methods"].split(", ")
    assert {"Authorization", "Content-Type"} <= set(answer.headers["Access-Control-Allow-Headers"].split(", "))


def test_what_is_not_answered_is_not_allowed(client: FlaskClient) -> None:
    assert client.options("/opensearch").headers["Access-Control-Allow-Methods"] == client.options("/opensearch").headers["Allow"]
    assert "Access-Control-Allow-Methods" not in client.options("/csw/nix").headers


def test_a_question_in_xml_is_answered(client: FlaskClient) -> None:
    answer = client.post("/csw", data=xml("2.0.2", "GetCapabilities", ""), content_type="application/xml", headers=ELSEWHERE)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/", "/search", "/records/nix", "/health", "/metrics", "/cswnix"])
def test_pages_are_for_nobody_elsewhere(client: FlaskClient, path: str) -> None:
    for method in ("GET", "OPTIONS"):
        assert not [name for name in client.open(path, method=method, headers=ELSEWHERE).headers if name[0].startswith("Access-Control")]
