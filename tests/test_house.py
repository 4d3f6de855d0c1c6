"""What lint-imports cannot see of the house's rules."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("records", "mappings", "harvesters", "catalogue", "ui")


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text())


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def test_only_settings_reads_the_environment() -> None:
    readers = set()
    for path, tree in _modules():
        for node in ast.walk(tree):
            attribute = isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv", "os.environb"}
            name = isinstance(node, ast.ImportFrom) and node.module == "os" and {"environ", "getenv"} & {a.name for a in node.names}
            if attribute or name:
                readers.add(str(path))
    assert readers == {"catalogue/settings.py"}


def test_every_format_is_registered() -> None:
    listed = (ROOT / "mappings/formats/registry.py").read_text()
    for path in (ROOT / "mappings/formats").iterdir():
        name = path.stem
        if name not in {"__init__", "__pycache__", "format", "registry"}:
            assert f"{name}.FORMAT" in listed


def test_errors_are_never_swallowed() -> None:
    """Only the edges of a process may catch everything and go on."""
    broad = []
    for path, tree in _modules():
        for node in ast.walk(tree):
            match node:
                case ast.ExceptHandler(type=kind):
                    everything = kind is None or bool({"Exception", "BaseException"} & _names(kind))
                    silent = everything and not isinstance(node.body[-1], ast.Raise)
                case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress")):
                    silent = bool({"Exception", "BaseException"} & _names(node))
                case _:
                    silent = False
            if silent:
                broad.append(str(path))
    assert set(broad) <= {"catalogue/service/preparing.py"}, broad


def test_templates_load_nothing_from_elsewhere() -> None:
    for path in (ROOT / "ui").rglob("*"):
        if path.suffix in {".html", ".css", ".js"}:
            for line in path.read_text().splitlines():
                loads = any(mark in line for mark in ('src="http', "url(http", "@import", 'rel="stylesheet" href="http'))
                assert not loads, f"{path}: {line.strip()}"
