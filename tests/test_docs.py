"""What the documentation lists is what there is."""

import re
from pathlib import Path

import pytest

from catalogue.cli import main

ROOT = Path(__file__).parents[1]


def test_every_setting_has_its_heading() -> None:
    read = set(re.findall(r'"(REFLECS_[A-Z_]+)"', (ROOT / "catalogue/settings.py").read_text()))
    told = set(re.findall(r"^## (REFLECS_[A-Z_]+)$", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))
    assert read == told


def test_every_command_has_its_heading() -> None:
    told = set(re.findall(r"^## reflecs ([a-z-]+)$", (ROOT / "docs/commands.md").read_text(), re.MULTILINE))
    assert set(main.commands) == told


@pytest.mark.parametrize("page", sorted(path.relative_to(ROOT) for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]), ids=str)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    text = (ROOT / page).read_text()
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)", text):
        assert (ROOT / page).parent.joinpath(target).exists(), f"{page} names {target}"


def test_the_tree_in_architecture_exists() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    table = text[text.index("## Where things are") : text.index("## Reading a document")]
    for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", row)
        assert (ROOT / first).exists(), first
        for other in others:
            assert (ROOT / other).exists() or (ROOT / first).parent.joinpath(other).exists(), other
