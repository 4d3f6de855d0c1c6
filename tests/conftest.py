"""What tests stand on: the shared material, where it is, and the rule that nothing is skipped in CI."""

import os
from pathlib import Path

import pytest

pytest_plugins = ("tests.cluster.fixtures",)

SHARED = Path(__file__).resolve().parents[2] / "shared"


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
