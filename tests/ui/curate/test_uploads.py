"""Bringing documents in by the pages: checked first, stored when their curator says so, his own until then."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from accounts.codelists import Role
from mappings.formats import write
from tests.ui.account.conftest import Person
from tests.ui.curate.conftest import House
from tests.ui.curate.keeping import BAD, GOOD, Form, found, keep, kept, words_in

NASTY = '"><script>alert(1)</script>.xml'
WAITING = "/curate/upload/checked"


@pytest.fixture
def curie(house: House) -> Person:
    """A curator."""
    return house.curator()


def document(identifier: str = "good", title: str = "Sea ice") -> bytes:
    """Return a document with nothing wrong."""
    return write(replace(GOOD, identifier=identifier, title=title), "iso19139")


def bring(person: Person, *files: tuple[str, bytes], text: str = "") -> TestResponse:
    """Send files and pasted text."""
    values: dict[str, Any] = {"csrf_token": person.token(), "text": text}
    values["files"] = [FileStorage(io.BytesIO(content), filename=name) for name, content in files]
    boundary, body = encode_multipart(MultiDict(values))
    return person.client.post("/curate/upload", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def rows(person: Person) -> dict[str, str]:
    """Return what the page says of each document that waits, by its title."""
    articles = found(person.get(WAITING).text, "//article")
    return {words_in(each.find(".//h2")): words_in(each) for each in articles}


def test_nothing_is_stored_before_the_curator_says_so(house: House, curie: Person) -> None:
    keep(house, GOOD)
    keep(house, replace(GOOD, identifier="same"))
    same = kept(house, "same").source
    assert same
    answer = bring(
        curie,
        ("new.xml", write(replace(BAD, identifier="new", title="New"), "iso19139")),
        ("a.xml", document()),
        ("same.xml", same.content),
        ("no.xml", b"<no/>"),
    )
    assert answer.location == WAITING
    waiting = rows(curie)
    assert len(waiting) == 4
    assert all(words in waiting["New"] for words in ("New", "2 errors", "the record has no abstract"))
    for words in ("Replaces a record", "Nothing wrong", "Before: Sea ice from the air", "After: Sea ice"):
        assert words in waiting["Sea ice"], waiting["Sea ice"]
    assert "Kept already" in waiting[GOOD.title or ""]
    assert "Cannot be read" in waiting["no.xml"]
    assert house.engine.get("new") is None
    assert kept(house, "good").title == GOOD.title
    assert "4 documents wait to be stored." in curie.page("/curate/upload")
    ticked = found(curie.get(WAITING).text, "//article[.//input[@checked]]//h2")
    assert [words_in(each) for each in ticked] == ["New", "Sea ice"]


def test_what_is_ticked_is_stored_and_the_rest_waits(house: House, curie: Person) -> None:
    keep(house, GOOD)
    bring(curie, ("a.xml", document()), ("b.xml", document("b", "Another")), ("no.xml", b"<no/>"))
    form = Form(curie, curie.get(WAITING).text, "/curate/upload/store")
    assert form.send().location == WAITING
    page = curie.page(WAITING)
    assert "2 documents are stored (1 new, 1 replaced)." in page
    assert kept(house, "good").title == "Sea ice"
    assert kept(house, "b").title == "Another"
    assert list(rows(curie)) == ["no.xml"]
    [number] = found(page, "//input[@name='upload']/@value")
    curie.send("/curate/upload/store", upload=number)
    assert "no.xml was not stored:" in curie.page(WAITING)
    curie.send("/curate/upload/discard", upload=number)
    assert "1 document is thrown away." in curie.page(WAITING)
    assert not rows(curie)
    assert {"Another", "Sea ice"} == set(found(curie.page("/curate/records?mine=yes"), "//a[@class='title']/text()"))


def test_one_that_is_pasted_and_stored_leads_to_its_record(house: House, curie: Person) -> None:
    assert bring(curie, text=document().decode()).location == WAITING
    answer = Form(curie, curie.get(WAITING).text, "/curate/upload/store").send()
    assert answer.location == "/curate/record?id=good"
    assert kept(house, "good").title == "Sea ice"


@pytest.mark.parametrize(
    ("declared", "written", "kept_as"),
    [
        ("ISO-8859-1", "Été à bord", ("ISO-8859-1", "iso-8859-1")),
        ("windows-1252", "Prix : 5 €", ("windows-1252", "cp1252")),
        ("ISO-8859-1", "Prix : 5 €", ("UTF-8", "utf-8")),
        ("UTF-8", "Été", ("UTF-8", "utf-8")),
        ("UTF-16", "Été", ("UTF-8", "utf-8")),
        ("utf-16le", "Été", ("UTF-8", "utf-8")),
        ("rot13", "Été", ("UTF-8", "utf-8")),
        ("x-unheard-of", "Été", ("UTF-8", "utf-8")),
    ],
)
def test_what_is_pasted_is_characters_whatever_encoding_it_declares(
    house: House, curie: Person, declared: str, written: str, kept_as: tuple[str, str]
) -> None:
    _declaration, _end, rest = document(title=written).decode().partition("?>")
    head = "<?xml version='1.0' encoding=\"{}\" standalone='yes'?>"
    bring(curie, text=head.format(declared) + rest)
    Form(curie, curie.get(WAITING).text, "/curate/upload/store").send()
    record = kept(house, "good")
    assert record.title == written
    assert record.source
    assert record.source.content.decode(kept_as[1]).replace("\r\n", "\n") == head.format(kept_as[0]) + rest


def test_what_is_uploaded_in_another_encoding_stays_byte_for_byte(house: House, curie: Person) -> None:
    content = document(title="Été").decode().replace("UTF-8", "UTF-16").encode("utf-16")
    bring(curie, ("a.xml", content))
    Form(curie, curie.get(WAITING).text, "/curate/upload/store").send()
    record = kept(house, "good")
    assert record.source
    assert (record.title, record.source.content) == ("Été", content)


def test_archives_are_taken_apart(curie: Person) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x/a.xml", document("a", "In an archive"))
        archive.writestr("b.xml", document("b", "Beside it"))
    bring(curie, ("all.zip", packed.getvalue()))
    assert sorted(rows(curie)) == ["Beside it", "In an archive"]


def test_what_waits_is_its_curators_own(house: House, curie: Person) -> None:
    bring(curie, ("a.xml", document()))
    [number] = found(curie.get(WAITING).text, "//input[@name='upload']/@value")
    other = house.signed_in("another", Role.CURATOR)
    assert not rows(other)
    for path in ("/curate/upload/store", "/curate/upload/discard"):
        other.send(path, upload=number)
    assert "does not wait here any more" in other.page("/curate/upload")
    assert house.engine.get("good") is None
    assert list(rows(curie)) == ["Sea ice"]
    house.clock.now += timedelta(hours=25)
    assert not rows(house.curator())


def test_what_cannot_be_taken_is_told(curie: Person) -> None:
    bring(curie)
    assert "Please choose a file, or paste a document." in curie.page("/curate/upload")
    bring(curie, ("a.zip", b"PK\x03\x04 broken"))
    assert '<p class="wrong" role="alert">' in curie.get("/curate/upload").text
    for nonsense in ("x", "-1", "9" * 30, "٣"):
        curie.send("/curate/upload/store", upload=nonsense)
        assert "Please tick at least one document." in curie.page(WAITING), nonsense


def test_curators_alone_send_much(house: House, curie: Person) -> None:
    house.app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    large = document().replace(b"</gmd:abstract>", b"<!--" + b"x" * 3_000_000 + b"--></gmd:abstract>")
    assert bring(curie, ("large.xml", large), text="").status_code == 303
    assert bring(curie, text=large.decode()).status_code == 303
    assert len(rows(curie)) == 1  # both are one record
    assert bring(curie, ("huge.xml", b"x" * 23 * 1024 * 1024)).status_code == 413
    assert bring(house.signed_in("mfaraday", Role.USER), ("large.xml", large)).status_code == 413
    assert curie.send("/curate/batch", do="withdraw", id="x" * 3_000_000).status_code == 413


def test_names_of_files_stay_text(curie: Person) -> None:
    bring(curie, (NASTY, b"<no/>"), ("b.xml", document(title=NASTY)))
    text = curie.get(WAITING).text
    assert "<script>alert" not in text
    assert NASTY in rows(curie)
    ids = found(text, "//input[@name='upload']/@value")
    curie.send("/curate/upload/store", upload=ids)
    assert "<script>alert" not in curie.get(WAITING).text


def test_many_documents_are_shown_page_by_page(curie: Person) -> None:
    bring(curie, *((f"{number}.xml", document(f"r{number}", f"Record {number}")) for number in range(25)))
    assert len(rows(curie)) == 20
    page = curie.page(WAITING)
    assert "Page 1 of 2" in page
    assert "25 × New" in page
    assert len(found(curie.get(f"{WAITING}?page=2").text, "//article")) == 5
