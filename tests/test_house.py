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


def test_only_settings_reads_the_environment() -> None:
    readers = set()
    for path, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and ast.unparse(node.value) == "os":
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
            if not isinstance(node, ast.ExceptHandler):
                continue
            everything = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            if everything and not isinstance(node.body[-1], ast.Raise):
                broad.append(str(path))
    assert set(broad) <= {"catalogue/service/loading.py"}, broad


def test_templates_load_nothing_from_elsewhere() -> None:
    for path in (ROOT / "ui").rglob("*"):
        if path.suffix in {".html", ".css", ".js"}:
            for line in path.read_text().splitlines():
                loads = any(mark in line for mark in ('src="http', "url(http", "@import", 'rel="stylesheet" href="http'))
                assert not loads, f"{path}: {line.strip()}"
