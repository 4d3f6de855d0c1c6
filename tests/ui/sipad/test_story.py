"""The seed's whole story in a real browser, with a real SMTP and a real FTP server: from the tree to the bytes."""

import io
import logging
import re
import socket
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from accounts.codelists import Role
from accounts.visitors import COMMAND_LINE
from catalogue.app import create_app
from catalogue.service import Catalogue
from catalogue.services import Services
from catalogue.settings import Settings
from database import Database
from ordering.models import OrderState
from tests.ordering import servers
from tests.ui.sipad.archive import STARWIND, TARGETS, fill

pytestmark = pytest.mark.browser

ADMINISTRATOR = "four words by chance"
OWN = "a heliometer made of brass"
UNTICKED = TARGETS[:4]


class Post:
    """What the mail server took."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def newest(self, to: str) -> str:
        return str(next(letter for letter in reversed(self.letters) if letter["To"] == to).get_content())


@dataclass
class Town:
    """All that is running."""

    address: str
    services: Services
    post: Post
    ftp: servers.Seen
    files: dict[str, bytes]

    def work(self) -> None:
        self.services.worker(stopping=lambda: False).run_due()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def town(tmp_path: Path, catalogue: Catalogue) -> Iterator[Town]:
    """The application, a mail server, an FTP server, an administrator; the worker works when it is told to."""
    post, smtp_port, port = Post(), _free_port(), _free_port()
    address = f"http://127.0.0.1:{port}"
    archive = tmp_path / "archive"
    settings = Settings(
        base_url=address,
        database=f"sqlite:///{tmp_path / 'reflecs.sqlite'}",
        archive=archive,
        mail=f"smtp://127.0.0.1:{smtp_port}",
        queue=f"sqlite:{tmp_path / 'queue.sqlite'}",
        contact="sipad@example.org",
        allow_private_addresses=True,
    )
    database = Database(settings.database or "")
    database.upgrade()
    fill(database, archive)
    database.close()
    app = create_app(settings, Catalogue(catalogue.engine, base_url=address))
    services: Services = app.extensions["services"]
    services.accounts.create_user(
        "annette", "annette@example.org", role=Role.ADMINISTRATOR, password=ADMINISTRATOR, by=COMMAND_LINE, address=None
    )
    controller = Controller(post, hostname="127.0.0.1", port=smtp_port)
    controller.start()
    server = make_server("127.0.0.1", port, app, threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    files = {path.name: path.read_bytes() for path in (archive / "files").rglob("*") if path.is_file()}
    with servers.ftp_server(tmp_path / "observatory") as ftp:
        yield Town(address, services, post, ftp, files)
    server.shutdown()
    thread.join()
    server.server_close()
    controller.stop()
    services.database.close()


def _window(browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="en-GB", accept_downloads=True)
    context.set_default_timeout(30_000)
    return context.new_page()


def _press(page: Page, words: str) -> None:
    page.locator("main").get_by_role("button", name=words).first.click()


def _sign_in(page: Page, town: Town, name: str, password: str) -> None:
    page.goto(f"{town.address}/login")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    _press(page, "Sign in")
    page.wait_for_url(lambda url: not url.endswith("/login"))


def _choose_starwind(page: Page, town: Town) -> None:
    """Browse the tree, read the description, choose by criteria, untick four of ten."""
    page.goto(f"{town.address}/sipad")
    page.get_by_role("link", name="Browse the data tree").first.click()
    page.goto(f"{town.address}/sipad/tree?develop=1")
    page.locator(f"a[href='/sipad/data/{STARWIND}']").first.click()
    expect(page.locator("h1")).to_contain_text("AN0_STARWIND")
    expect(page.locator("main")).to_contain_text(STARWIND)
    page.goto(f"{town.address}/sipad/select/{STARWIND}")
    page.fill("[name=targets]", "7528, 7548-7837")
    expect(page.locator("main")).to_contain_text("10 files")
    _press(page, "Put into my selection")
    page.wait_for_url("**/sipad/selection")
    page.locator("main a[href*='/objects']").first.click()
    for target in UNTICKED:
        page.locator("tr", has_text=f"{target:010}").locator("input[name=ticked]").uncheck()
    _press(page, "Keep these ticks")
    page.wait_for_url("**/sipad/selection")
    expect(page.locator("main")).to_contain_text("6 files")


def _wanted(town: Town) -> dict[str, bytes]:
    names = [f"COROT_SRc01_AN0_STARWIND_{target:010}.tar.gz" for target in TARGETS if target not in UNTICKED]
    return {name: town.files[name] for name in names}


def _packed(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        members = [member for member in archive.getmembers() if member.isfile()]
        return {Path(member.name).name: archive.extractfile(member).read() for member in members}  # type: ignore[union-attr]


def _register(page: Page, town: Town) -> None:
    """Ask for an account, and confirm the address."""
    page.goto(f"{town.address}/register")
    for name, value in {
        "username": "hypatia",
        "email": "hypatia@example.org",
        "first_name": "Hypatia",
        "surname": "of Alexandria",
        "organisation": "Mouseion",
        "address": "1 Canopic Way\nAlexandria",
        "telephone": "+20 3 000 0000",
        "reasons": "Conic sections of light curves.",
    }.items():
        page.fill(f"[name={name}]", value)
    _press(page, "Send the request")
    expect(page.locator("main")).to_contain_text("e-mail")
    link = re.search(r"http\S+/account/confirm\S+", town.post.newest("hypatia@example.org"))
    assert link is not None
    page.goto(link[0])
    _press(page, "Yes, this address is mine")
    expect(page.locator("h1")).not_to_contain_text("Is this")
    assert "hypatia" in town.post.newest("sipad@example.org")


def _validate(browser: Browser, town: Town) -> str:
    page = _window(browser)
    _sign_in(page, town, "annette", ADMINISTRATOR)
    page.goto(f"{town.address}/admin/registrations")
    expect(page.locator("main")).to_contain_text("Conic sections of light curves.")
    _press(page, "Validate")
    expect(page.locator("main")).to_contain_text("Nobody waits")
    page.context.close()
    password = re.search(r"\b[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}\b", town.post.newest("hypatia@example.org"))
    assert password is not None
    return password[0]


def test_from_the_tree_to_the_bytes_on_ones_own_server(browser: Browser, town: Town) -> None:
    page = _window(browser)
    _choose_starwind(page, town)
    page.goto(f"{town.address}/sipad/order")
    expect(page.locator("[name=mode][value=ftp]")).to_be_disabled()
    _register(page, town)
    temporary = _validate(browser, town)
    _sign_in(page, town, "hypatia", temporary)
    assert "/account/password" in page.url
    page.goto(f"{town.address}/sipad/orders")
    assert "/account/password" in page.url, "nothing else is open before the password is one's own"
    page.fill("[name=old]", temporary)
    page.fill("[name=new]", OWN)
    page.fill("[name=again]", OWN)
    _press(page, "Keep the new password")
    page.wait_for_url(lambda url: "/account/password" not in url)

    page.goto(f"{town.address}/sipad/order")
    expect(page.locator("main")).to_contain_text("6 files")
    page.check("[name=mode][value=ftp]")
    for name, value in {
        "host": "127.0.0.1",
        "port": str(town.ftp.port),
        "folder": "/",
        "user": servers.USER,
        "password": servers.PASSWORD,
    }.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=compression]", "tar")
    submit = page.get_by_role("button", name="Submit order")
    expect(submit).to_be_disabled()  # the seed's rule: with a format, a packaging
    page.select_option("[name=packaging]", "order")
    expect(submit).to_be_enabled()
    submit.click()
    page.wait_for_url(re.compile(r"/sipad/order/R\w+"))
    number = page.url.rpartition("/")[2].partition("?")[0]

    town.work()
    page.reload()
    expect(page.locator("main")).to_contain_text("All files have arrived at your server")
    delivered = [path for path in town.ftp.folder.rglob("*") if path.is_file()]
    assert [path.name for path in delivered] == [f"{number}.tar"]
    assert _packed(delivered[0].read_bytes()) == _wanted(town)
    told = [letter for letter in town.post.letters if number in letter.get_content()]
    assert len(told) == 1, "one letter an order"
    assert servers.PASSWORD not in told[0].get_content()
    page.context.close()


def test_public_data_without_an_account(browser: Browser, town: Town) -> None:
    page = _window(browser)
    _choose_starwind(page, town)
    page.goto(f"{town.address}/sipad/order")
    page.check("[name=mode][value=workspace]")
    page.fill("[name=email]", "passer-by@example.org")
    page.select_option("[name=compression]", "none")
    page.get_by_role("button", name="Submit order").click()
    page.wait_for_url(re.compile(r"/sipad/order/R\w+"))
    number = page.url.rpartition("/R")[2].partition("/")[0].partition("?")[0]
    town.work()
    assert not _parcels(town), "nothing is prepared before the code is there"

    code = re.search(r"(?m)^\s*([A-Z0-9]{4}-?[A-Z0-9]{4})\s*$", town.post.newest("passer-by@example.org"))
    assert code is not None, town.post.newest("passer-by@example.org")
    page.fill("[name=code]", "WRON-GWRN")
    _press(page, "Begin the order")
    expect(page.locator("[name=code]")).to_be_visible()
    page.fill("[name=email] >> nth=0", "passer-by@example.org")
    page.fill("[name=code]", code[1])
    _press(page, "Begin the order")
    expect(page.locator("[name=code]")).to_have_count(0)
    town.work()

    link = re.search(r"http\S+/sipad/\S+", town.post.newest("passer-by@example.org"))
    assert link is not None
    fresh = _window(browser)
    fresh.goto(f"{town.address}/sipad/order/R{number}")
    expect(fresh.locator("main")).not_to_contain_text("COROT_SRc01_AN0_STARWIND")  # the number alone opens nothing
    fresh.goto(link[0])
    links = fresh.locator("main a[href*='/sipad/files/']")
    expect(links).to_have_count(6)
    got: dict[str, bytes] = {}
    for place in range(6):
        with fresh.expect_download() as downloading:
            links.nth(place).click()
        got[downloading.value.suggested_filename] = Path(downloading.value.path()).read_bytes()
    assert got == _wanted(town)
    fresh.context.close()
    page.context.close()


def _parcels(town: Town) -> list[str]:
    orders, _ = town.services.orders.all(state=OrderState.DONE)
    return [order.number for order in orders]
