"""What tests stand on: the shared material, where it is, and the rule that nothing is skipped in CI."""

import os
from pathlib import Path

import pytest

pytest_plugins = ("tests.cluster.fixtures",)

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session", autouse=True)
def _outside_the_checkout(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let commands that tests run, and that are told nothing else, keep what they keep out of the checkout."""
    folder = tmp_path_factory.mktemp("var")
    os.environ.setdefault("REFLECS_DATABASE", f"sqlite:///{folder / 'reflecs.sqlite'}")
    os.environ.setdefault("REFLECS_ARCHIVE", str(folder / "archive"))
    os.environ.setdefault("REFLECS_MAIL", f"outbox:{folder / 'outbox'}")
    os.environ.setdefault("REFLECS_QUEUE", f"sqlite:{folder / 'queue.sqlite'}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long by itself: of several workers none is then left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("lengthy") is None and item.get_closest_marker("browser") is None)


def missing(what: str) -> None:
    """Skip the test for want of `what`; in CI, fail it."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and in CI nothing may be skipped")
    pytest.skip(f"{what} is not on this machine")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of 1,265 real records."""
    folder = SHARED / "corpus"
    if not folder.is_dir():
        missing("../shared/corpus")
    return folder


@pytest.fixture(scope="session")
def schemas() -> Path:
    """The folder of XSDs that compile offline."""
    folder = SHARED / "schemas"
    if not folder.is_dir():
        missing("../shared/schemas")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium to drive."""
    for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser"):
        if Path(path).exists():
            return path
    missing("Chromium")
    return ""
