"""What services tell curators can be said in French: every sentence of theirs is among the pages' words, and none that they do not say."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

import harvesters
from catalogue import curating, harvesting
from catalogue.harvesting import deciding, sources
from catalogue.harvesting.codelists import LineKind
from catalogue.harvesting.conflicts import Conflict, Rival, Verdict
from catalogue.harvesting.gone import brake
from harvesters import links
from harvesters.errors import Fault, HarvestError
from mappings import editing, fair, formats, validation
from mappings.editing.editing import _WORDS
from mappings.formats import write
from mappings.validation import validate
from records.model import Record
from tests.ui.curate.conftest import House
from tests.ui.curate.keeping import BAD, keep
from ui.curate import sentences
from ui.curate.sentences import line_reason, said
from ui.language import init_language

PARTS = {"Nothing is withdrawn until a curator confirms it."}
"""What only ever stands at the end of another sentence."""
WIDE = {"77; 7.", "7 would not be read from a document in 7 as it is written here7."}
"""Conflicts, and what ends in one of two ways: they have tests of their own."""


def modules(package: ModuleType) -> list[ModuleType]:
    """The modules of a package."""
    names = sorted(each.stem for each in Path(package.__path__[0]).glob("*.py"))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names if name != "__init__"]


def texts(module: ModuleType) -> Iterator[tuple[str, bool]]:
    """The texts of a module but its docstrings, and whether they vary: f-strings with all that is known of them in its place, else a 7."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    inside = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    inside |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if id(node) in inside:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, False
        elif isinstance(node, ast.JoinedStr):
            parts = [(_part(part, module), ast.unparse(part)) for part in node.values]
            yield "".join(part or ("7%" if "%}" in code else "7") for part, code in parts), any(part is None for part, _ in parts)


def _part(part: ast.expr, module: ModuleType) -> str | None:
    """What stands in a part of an f-string; None where only a running program knows it."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    code = compile(ast.Expression(ast.JoinedStr([part], lineno=1, col_offset=0)), "part", "eval")
    try:
        return str(eval(code, dict(vars(module))))  # noqa: S307 - our own source
    except (NameError, TypeError):  # an argument of a function may be called as something of its module
        return None


def told(*found: ModuleType) -> tuple[set[str], set[str]]:
    """The sentences of modules that are always the same, and examples of those that vary."""
    every = {(text, varies) for module in found for text, varies in texts(module) if text.endswith(".") and " " in text and len(text) > 4}
    return {text for text, varies in every if not varies} - PARTS, {text for text, varies in every if varies}


@pytest.mark.parametrize(
    ("found", "known"),
    [
        (modules(curating), sentences.CURATING),
        (modules(harvesting), sentences.HARVESTING),
        (modules(editing), sentences.EDITING),
        ([links], sentences.LINKS),
    ],
)
def test_all_that_services_say_is_known(found: list[ModuleType], known: tuple[str, ...]) -> None:
    same, vary = told(*found)
    assert same == set(known)
    assert not {text for text in vary - WIDE if not any(places.fullmatch(text) for places in sentences._SHAPES.values())}  # noqa: SLF001


def test_so_is_all_that_fair_looks_at_and_advises() -> None:
    titles, advice = set[str](), set[str]()
    for node in ast.walk(ast.parse(Path(fair.__file__).read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="_point"), args=[_, ast.Constant(value=str(title)), *rest]):
                titles.add(title)
                advice |= {each.value for each in rest if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value}
            case ast.Assign(targets=[ast.Name(id="advice")], value=ast.Constant(value=str(text))):
                advice.add(text)
            case _:
                pass
    assert titles == set(sentences.FAIR_TITLES)
    assert advice == set(sentences.FAIR_ADVICE)


def test_so_is_what_harvesters_say_most_often() -> None:
    said_there = "\n".join(each.read_text(encoding="utf-8") for each in Path(harvesters.__path__[0]).glob("*.py"))
    pieces = {piece.strip(" :()") for shape in sentences.ASKING for piece in re.split(r"%\(\w+\)s", shape)}
    assert not {piece for piece in pieces if piece not in said_there}


def test_so_is_what_stands_in_the_places_of_subjects() -> None:
    assert {*_WORDS.values(), *(words for _, _, words in sources._BOUNDS.values())} == set(sentences.SUBJECTS)  # noqa: SLF001


def test_so_is_what_is_found_missing_or_doubtful() -> None:
    same = {text for text, varies in texts(validation) if not varies and text.startswith(("the record ", "the document "))}
    assert same == set(sentences.CHECKING)
    readers = "\n".join(each.read_text(encoding="utf-8") for each in Path(formats.__path__[0]).rglob("*.py"))
    assert not [text for text in sentences.READING if f'"{text}"' not in readers]


def test_so_is_what_becomes_of_two_documents_with_one_identifier() -> None:
    ends = {node.value for module in modules(harvesting) for node in _ends(module)} | {deciding._STAYS_WITHDRAWN}  # noqa: SLF001
    assert {*ends, *Verdict} == set(sentences.ENDS)
    assert set(Rival) == set(sentences.RIVALS)


def _ends(module: ModuleType) -> Iterator[ast.Constant]:
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "done" and isinstance(node.value, ast.Constant):
            yield node.value


@pytest.fixture
def app() -> Flask:
    """An application that speaks; what is asked with ?lang=fr is answered in French."""
    app = Flask(__name__)
    init_language(app)
    return app


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("", ""),
        ("There is no such source.", "Cette source n’existe pas."),
        ("Something new.", "Something new."),
        ("This document cannot be edited in place: its encoding is not known here.", "est inconnu ici."),
        ("This document cannot be edited in place: its encoding (x-odd) is not known here.", "son encodage (x-odd) est inconnu ici."),
        ("The archive a%(b)s.zip cannot be read: it is broken, or locked by a password.", "L’archive a%(b)s.zip ne peut être lue"),
        ("A link would not be read from a document in DIF 10 as it is written here.", "Un lien ne serait pas lu dans un document DIF 10"),
        ("A time would not be read from a document in DIF 10 as it is written here: '2007'.", "comme c’est écrit ici\u00a0: '2007'."),
        ("The page size is a number from 1 to 10,000.", "La taille d’une page va de 1 à 10\u202f000."),
        (
            brake(gone=1500, records=9000, had=9000, seen=None, share=0.1) or "",
            "1\u202f500 fiches sur 9\u202f000 seraient retirées, plus de 10\u202f%.",
        ),
        (str(HarvestError("the server answers with status 500", fault=Fault.ANSWER, where="http://x")), "avec le statut 500 (http://x)"),
        ("no connection: the name x.example is not known (http://x.example)", "pas de connexion\u00a0: le nom x.example est inconnu (http"),
        ("the document has more than 33,554,432 bytes", "plus de 33\u202f554\u202f432 octets"),
        (brake(gone=1, records=90, had=90, seen=9, share=0.5) or "", "est passée de 90 documents à 9, une perte de plus de 10\u202f%."),
    ],
)
def test_a_sentence_is_said_in_the_readers_language(app: Flask, english: str, french: str) -> None:
    with app.test_request_context("/?lang=fr"):
        assert french in said(english)
    with app.test_request_context("/?lang=en"):
        assert said(english) == english


def test_every_conflict_is_told_in_french(app: Flask) -> None:
    for rival in Rival:
        for name in (None, "a (b); c.xml"):
            for done in sentences.ENDS:
                for end in (done, f"{done}, this one as ice@neighbour"):
                    conflict = str(Conflict(rival=rival, name=name, done=end))
                    with app.test_request_context("/?lang=en"):
                        assert line_reason(LineKind.CONFLICT, conflict) == conflict
                    with app.test_request_context("/?lang=fr"):
                        words = line_reason(LineKind.CONFLICT, conflict)
                    assert (name or "") in words
                    assert not {"the", "is", "record", "document "} & set(words.replace(name or "…", "").split()), words
    with app.test_request_context("/?lang=fr"):
        conflict = str(Conflict(rival=Rival.TWIN, name="b.xml", done="the later one stands"))
        french = "Un autre document de cette source a cet identifiant (b.xml)\u00a0; le dernier arrivé l’emporte."
        assert line_reason(LineKind.CONFLICT, conflict) == french
        assert line_reason(LineKind.REJECTED, "line 1: it is not well-formed.") == "line 1: it is not well-formed."


def test_why_no_schema_was_checked_is_told_in_french(app: Flask, tmp_path: Path) -> None:
    documents = (b"what is this?", write(BAD, "json"), write(BAD, "dif10"))
    with app.test_request_context("/?lang=fr"):
        for content in documents:
            for folder in (None, tmp_path):
                reason = validate(content, folder).no_schema
                assert reason
                assert said(reason) != reason


def test_the_report_on_a_record_is_french(house: House) -> None:
    keep(house, BAD, Record(identifier="empty"))
    curie = house.curator()
    curie.get("/?lang=fr")
    page = curie.page("/curate/record/report?id=empty")
    for words in (
        "le document n’a pas de titre",
        "la fiche n’a pas de résumé",
        "Donnez à la fiche un titre",
        "Identifiant pérenne",
        "Ajoutez un lien",
    ):
        assert words in page
    assert not any(words in page for words in (*sentences.FAIR_ADVICE, *sentences.CHECKING, *sentences.READING))
