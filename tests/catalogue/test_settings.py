"""Settings have defaults that work, and say what is wrong with a value."""

from pathlib import Path

import pytest

from catalogue.settings import Settings, SettingsError


def test_nothing_set_works() -> None:
    settings = Settings.from_environment({})
    assert (settings.engine, settings.base_url, settings.sipad_url, settings.schemas) == (
        "embedded:var/catalogue",
        None,
        None,
        None,
    )
    assert settings.known_as() == "http://localhost:8000"
    assert settings.known_as(8001) == "http://localhost:8001"


def test_what_is_set_is_used(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "REFLECS_ENGINE": "embedded:/data",
            "REFLECS_BASE_URL": "https://data.example.org/",
            "REFLECS_SIPAD_URL": "https://sipad.example.org/order?set={identifier}",
            "REFLECS_SCHEMAS": str(tmp_path),
        }
    )
    assert settings.engine == "embedded:/data"
    assert settings.base_url == settings.known_as(8001) == "https://data.example.org"
    assert settings.sipad_url == "https://sipad.example.org/order?set={identifier}"
    assert settings.schemas == tmp_path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REFLECS_BASE_URL", "localhost:8000"),
        ("REFLECS_BASE_URL", "https://data.example.org/reflecs"),
        ("REFLECS_SIPAD_URL", "https://sipad.example.org/"),
        ("REFLECS_SIPAD_URL", "javascript:alert('{identifier}')"),
        ("REFLECS_SCHEMAS", "/no/such/folder"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})
