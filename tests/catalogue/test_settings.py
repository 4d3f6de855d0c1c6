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
    assert (settings.curator_tokens, settings.secret_key, settings.provider) == ((), None, "Reflecs")
    assert settings.contact == "catalogue@localhost.localdomain"
    assert settings.known_as() == "http://localhost:8000"
    assert settings.known_as(8001) == "http://localhost:8001"


def test_what_is_set_is_used(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "REFLECS_ENGINE": "embedded:/data",
            "REFLECS_BASE_URL": "https://data.example.org/",
            "REFLECS_SIPAD_URL": "https://sipad.example.org/order?set={identifier}",
            "REFLECS_SCHEMAS": str(tmp_path),
            "REFLECS_CURATOR_TOKENS": f"{'a' * 16}, {'b' * 20},",
            "REFLECS_SECRET_KEY": "c" * 16,
            "REFLECS_PROVIDER": "CNES",
            "REFLECS_CONTACT": "serad@example.org",
        }
    )
    assert settings.engine == "embedded:/data"
    assert settings.base_url == settings.known_as(8001) == "https://data.example.org"
    assert settings.sipad_url == "https://sipad.example.org/order?set={identifier}"
    assert settings.schemas == tmp_path
    assert settings.curator_tokens == ("a" * 16, "b" * 20)
    assert settings.secret_key == "c" * 16
    assert (settings.provider, settings.contact) == ("CNES", "serad@example.org")
    assert "aaaa" not in repr(settings)
    assert "cccc" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REFLECS_BASE_URL", "localhost:8000"),
        ("REFLECS_BASE_URL", "https://data.example.org/reflecs"),
        ("REFLECS_SIPAD_URL", "https://sipad.example.org/"),
        ("REFLECS_SIPAD_URL", "javascript:alert('{identifier}')"),
        ("REFLECS_SCHEMAS", "/no/such/folder"),
        ("REFLECS_CURATOR_TOKENS", f"{'a' * 16},short"),
        ("REFLECS_SECRET_KEY", "short"),
        ("REFLECS_SECRET_KEY", "a secret with blanks in it"),
        ("REFLECS_DATABASE", "oracle://user:hidden@host/x"),
        ("REFLECS_DATABASE", "sqlite"),
        ("REFLECS_MAIL", "sendmail:/usr/sbin/sendmail"),
        ("REFLECS_MAIL", "smtp://"),
        ("REFLECS_QUEUE", "amqp://user:hidden@host"),
        ("REFLECS_QUOTA", "much"),
        ("REFLECS_QUOTA", "0"),
        ("REFLECS_ALLOW_PRIVATE_ADDRESSES", "maybe"),
        ("REFLECS_PROXIES", "-1"),
        ("REFLECS_PROXIES", "all"),
        ("REFLECS_CONTACT", "nobody"),
        ("REFLECS_CONTACT", "nobody@localhost"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


def test_where_orders_live() -> None:
    settings = Settings.from_environment(
        {
            "REFLECS_DATABASE": "postgresql://user:hidden@host/reflecs",
            "REFLECS_ARCHIVE": "/data/archive",
            "REFLECS_MAIL": "smtp+starttls://user:hidden@mail.example.org:587",
            "REFLECS_QUEUE": "redis://:hidden@redis:6379/0",
            "REFLECS_QUOTA": "500 MB",
            "REFLECS_ALLOW_PRIVATE_ADDRESSES": "1",
        }
    )
    assert settings.database == "postgresql+psycopg://user:hidden@host/reflecs"
    assert (settings.archive, settings.quota, settings.allow_private_addresses) == (Path("/data/archive"), 500_000_000, True)
    assert settings.mail.startswith("smtp+starttls:")
    assert settings.queue.startswith("redis:")
    assert "hidden" not in repr(settings)


def test_no_message_tells_a_password() -> None:
    for name in ("REFLECS_DATABASE", "REFLECS_MAIL", "REFLECS_QUEUE"):
        with pytest.raises(SettingsError) as raised:
            Settings.from_environment({name: "wrong://user:hidden@host"})
        assert "hidden" not in str(raised.value)
