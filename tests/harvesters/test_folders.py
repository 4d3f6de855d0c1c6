"""Folders: on the web, on this machine, and in a zip file."""

import functools
import os
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harvesters.errors import HarvestError
from tests.harvesters.sites import Asked, Reply, Site, client, live, run, source

FILES = ("a.xml", "b/c.xml", "b/d/e.json", "b.xml", "z.xml", "b-c/f.xml", "été.xml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*FILES, "notes.txt"):
        path = tmp_path / "top" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<x>{name}</x>")
    return tmp_path / "top"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["waf", "folder", "zip"])
def place(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[str, str]]:
    """The same documents, as each protocol has them: protocol and address."""
    if request.param == "waf":
        with _served(folder) as address:
            yield "waf", address
    elif request.param == "folder":
        yield "folder", str(folder)
    else:
        packed = folder.parent / "top.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in (*FILES, "notes.txt"):
                archive.write(folder / name, name)
        yield "folder", packed.as_uri()


def _key(protocol: str, address: str, name: str) -> str:
    return f"{address}{name}".replace("é", "%C3%A9") if protocol == "waf" else name


def test_all_documents_are_fetched_once_and_found_unchanged(place: tuple[str, str]) -> None:
    ran = run(source(*place, page_size=2))
    assert sorted(ran.fetched) == sorted(_key(*place, name) for name in FILES)
    assert ran.complete
    again = run(source(*place, page_size=2), known=ran.marks)
    assert sorted(again.unchanged) == sorted(ran.fetched)
    assert again.fetched == []
    assert again.complete


def test_it_goes_on_at_any_checkpoint(place: tuple[str, str]) -> None:
    asked = source(*place, page_size=1)
    whole = run(asked)
    for steps in range(1, len(FILES)):
        first = run(asked, steps=steps)
        rest = run(asked, checkpoint=first.checkpoints[-1])
        assert first.fetched + rest.fetched == whole.fetched
        assert rest.complete


def test_filters_choose_files(place: tuple[str, str]) -> None:
    ran = run(source(*place, filters={"files": "*.JSON notes.*"}))
    others = () if place[0] == "folder" else ("notes.txt",)  # of this machine documents alone are read, whatever is asked for
    assert sorted(ran.fetched) == sorted(_key(*place, name) for name in ("b/d/e.json", *others))


def test_large_documents_are_rejected_and_not_gone(place: tuple[str, str], folder: Path) -> None:
    most = 1500  # a listing of the web server fits
    (folder / "z.xml").write_bytes(b"x" * 5000)
    if place[1].endswith(".zip"):
        with zipfile.ZipFile(folder.parent / "top.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name in FILES:
                archive.write(folder / name, name)
    ran = run(source(*place, max_bytes=most))
    assert [each.key for each in ran.rejected] == [_key(*place, "z.xml")]
    assert "1,500 bytes" in ran.rejected[0].reason
    assert len(ran.fetched) == len(FILES) - 1
    assert ran.complete


def test_files_of_this_machine_are_no_sources_unless_allowed(folder: Path) -> None:
    for url in (str(folder), folder.as_uri()):
        with pytest.raises(HarvestError, match="administrator"):
            run(source("folder", url), way=client(allow_private=False))


@pytest.mark.parametrize("name", ["nowhere", "notes.txt"])
def test_what_is_no_folder_is_told(folder: Path, name: str) -> None:
    with pytest.raises(HarvestError, match="no folder"):
        run(source("folder", str(folder / name)))


def test_links_are_not_followed(folder: Path) -> None:
    secret = folder.parent / "secret.xml"
    secret.write_text("<secret/>")
    (folder / "link.xml").symlink_to(secret)
    (folder / "links").symlink_to(folder.parent)
    ran = run(source("folder", str(folder)))
    assert sorted(ran.fetched) == sorted(FILES)


def test_a_changed_file_is_fetched(folder: Path) -> None:
    marks = run(source("folder", str(folder))).marks
    (folder / "a.xml").write_text("<y>a.xml</y>")
    os.utime(folder / "a.xml", ns=(1, 1))
    assert run(source("folder", str(folder)), known=marks).fetched == ["a.xml"]


def test_a_folder_that_cannot_be_listed_leaves_doubt(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(path: Any) -> Any:
        if str(path).endswith("/b"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)  # root, who runs these tests in a container, may list everything
    ran = run(source("folder", str(folder), page_size=1))
    assert sorted(ran.fetched) == sorted(name for name in FILES if not name.startswith("b/"))
    assert not ran.complete
    assert not run(source("folder", str(folder)), checkpoint=ran.checkpoints[-2]).complete


def test_a_zip_that_unpacks_to_too_much_is_stopped(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xml", bytes(50_000_000))
        archive.writestr("../../etc/passwd.xml", b"<x/>")
        archive.writestr("fine.xml", b"<x/>")
    packed = (tmp_path / "bomb.zip").read_bytes().replace((50_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    (tmp_path / "lying.zip").write_bytes(packed)
    for name in ("bomb.zip", "lying.zip"):
        ran = run(source("folder", str(tmp_path / name), max_bytes=100_000))
        assert [each.key for each in ran.rejected] == ["bomb.xml"]
        assert ran.fetched == ["../../etc/passwd.xml", "fine.xml"]  # names, which are never made files of


def test_a_broken_member_is_rejected(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("bad.xml", b"<bad>original</bad>")
        archive.writestr("good.xml", b"<x/>")
    (tmp_path / "x.zip").write_bytes((tmp_path / "x.zip").read_bytes().replace(b"original", b"tampered"))
    ran = run(source("folder", str(tmp_path / "x.zip")))
    assert [each.key for each in ran.rejected] == ["bad.xml"]
    assert ran.fetched == ["good.xml"]


def _listing(*links: str) -> Reply:
    return Reply(body="".join(f'<a href="{link}">x</a>' for link in links).encode())


def _site(pages: dict[str, Reply], asked: list[Asked] | None = None) -> Site:
    def site(request: Asked) -> Reply:
        if asked is not None:
            asked.append(request)
        return pages.get(request.path, Reply(status=404))

    return site


def test_listings_lead_down_and_nowhere_else() -> None:
    seen: list[Asked] = []
    top = _listing(
        "..",
        "../other/",
        "/root.xml",
        "http://127.0.0.1:1/x.xml",
        "?C=M;O=A",
        "sub/",
        "sub/deep.xml",
        "a.xml",
        "a.xml#part",
        "mailto:x",
        "http://[",
    )
    pages = {
        "/waf/": top,
        "/waf/sub/": _listing("../", "./", "deep.xml"),
        "/waf/a.xml": Reply(body=b"a"),
        "/waf/sub/deep.xml": Reply(body=b"d"),
    }
    with live(_site(pages, seen)) as address:
        ran = run(source("waf", f"{address}/waf"))
        assert ran.fetched == [f"{address}/waf/a.xml", f"{address}/waf/sub/deep.xml"]
    assert {each.path for each in seen} == {"/robots.txt", *pages}
    assert ran.complete


def test_robots_are_heeded() -> None:
    robots = Reply(body=b"User-agent: *\nDisallow: /waf/private/\nDisallow: /waf/no.xml\n")
    pages = {"/robots.txt": robots, "/waf/": _listing("a.xml", "no.xml", "private/"), "/waf/a.xml": Reply(body=b"a")}
    with live(_site(pages)) as address:
        assert run(source("waf", f"{address}/waf/")).fetched == [f"{address}/waf/a.xml"]
    pages["/robots.txt"] = Reply(body=b"User-agent: reflecs-harvester\nDisallow: /\n")
    with live(_site(pages)) as address, pytest.raises(HarvestError, match=r"robots\.txt"):
        run(source("waf", f"{address}/waf/"))


def test_the_server_s_own_marks_spare_the_document() -> None:
    seen: list[Asked] = []

    def site(asked: Asked) -> Reply:
        seen.append(asked)
        if asked.path == "/":
            return _listing("a.xml")
        if asked.headers.get("If-None-Match") == '"v1"':
            return Reply(status=304)
        return Reply(body=b"a", headers={"ETag": '"v1"'}) if asked.path == "/a.xml" else Reply(status=404)

    with live(site) as address:
        marks = run(source("waf", address)).marks
        assert run(source("waf", address), known=marks).unchanged == [f"{address}/a.xml"]
    assert seen[-1].headers["If-None-Match"] == '"v1"'


def test_a_document_that_fails_is_rejected_and_a_folder_that_fails_leaves_doubt() -> None:
    pages = {"/": _listing("a.xml", "gone.xml", "sub/"), "/a.xml": Reply(body=b"a"), "/sub/": Reply(status=500)}
    with live(_site(pages)) as address:
        ran = run(source("waf", address))
        assert ran.fetched == [f"{address}/a.xml"]
        assert [each.key for each in ran.rejected] == [f"{address}/gone.xml"]
    assert not ran.complete
    del pages["/sub/"]
    pages["/"] = _listing("a.xml", "gone.xml")
    with live(_site(pages)) as address:
        assert run(source("waf", address)).complete


def test_a_folder_that_holds_itself_ends() -> None:
    with live(lambda asked: _listing("again/") if asked.path.endswith("/") else Reply(status=404)) as address:
        ran = run(source("waf", address))
    assert not ran.complete
