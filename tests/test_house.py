"""What lint-imports cannot see of the house's rules."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("records", "mappings", "harvesters", "database", "accounts", "ordering", "catalogue", "ui")


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
        if name not in {"__init__", "__pycache__", "format", "registry", "shared"}:
            assert f"{name}.FORMAT" in listed


def _needs(name: str, path: Path, tree: ast.Module, known: set[str]) -> set[str]:
    """The modules of the house that importing a module imports: those it names, and the packages they are in."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    named = set()
    for node in tree.body:
        match node:
            case ast.Import(names=names):
                named |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module), names=names):
                inner = {f"{module}.{alias.name}" for alias in names}
                named |= {each if each in known else module for each in inner}
    steps = {".".join(parts[: end + 1]) for each in named for parts in [each.split(".")] for end in range(len(parts))}
    return {step for step in steps & known if not f"{package}.".startswith(f"{step}.")} - {name}


def test_every_module_can_be_the_first_that_is_imported() -> None:
    """A circle of imports works or fails by who comes first; packages that import their own modules make none."""
    modules = {}
    for path, tree in _modules():
        parts = path.with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = (path, tree)
    graph = {name: _needs(name, path, tree, set(modules)) for name, (path, tree) in modules.items()}
    order = list(TopologicalSorter(graph).static_order())  # CycleError names the circle
    assert set(order) == set(modules)


def test_errors_are_never_swallowed() -> None:
    """Only the edges of a process may catch everything and go on, and the edge of one piece of background work, which logs it."""
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
    background = {"catalogue/curating/checking.py", "catalogue/curating/links.py", "catalogue/harvesting/runner.py"}
    assert set(broad) <= {"catalogue/cli.py", "catalogue/service/preparing.py"} | background, broad


def test_templates_load_nothing_from_elsewhere() -> None:
    for path in (ROOT / "ui").rglob("*"):
        if path.suffix in {".html", ".css", ".js"}:
            for line in path.read_text().splitlines():
                loads = any(mark in line for mark in ('src="http', "url(http", "@import", 'rel="stylesheet" href="http'))
                assert not loads, f"{path}: {line.strip()}"
