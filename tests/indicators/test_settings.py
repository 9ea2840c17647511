"""Settings: a bad value names the variable, the value and the fix."""

from __future__ import annotations

import pytest

from indicators.settings import SettingsError, load_settings

NAMES = tuple(f"WORKHEALTH_{name}" for name in ("DATABASE_URL", "DATA_DIR", "ILLUSTRATIVE", "LOCAL_DIR"))


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_defaults_are_sqlite_under_var_without_illustrative_figures() -> None:
    settings = load_settings()
    assert settings.store_url == "sqlite:///var/workhealth.sqlite"
    assert not settings.include_illustrative
    assert load_settings(illustrative="on").include_illustrative


def test_data_folder_moves_the_default_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKHEALTH_DATA_DIR", "elsewhere")
    assert load_settings().store_url == "sqlite:///elsewhere/workhealth.sqlite"


def test_postgresql_address_is_read_with_the_driver_we_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for given in ("postgresql://u:p@h/n", "postgres://u:p@h/n", "postgresql+psycopg://u:p@h/n"):
        monkeypatch.setenv("WORKHEALTH_DATABASE_URL", given)
        assert load_settings().store_url == "postgresql+psycopg://u:p@h/n"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WORKHEALTH_DATABASE_URL", "postgrsql://reader:p@ss:word@host/n", "postgrsql://reader:***@host/n"),
        ("WORKHEALTH_DATABASE_URL", "postgres:reader:password@host/n", "postgres:***@host/n"),
        ("WORKHEALTH_DATABASE_URL", "reader:password@host/n", "reader:***@host/n"),
        ("WORKHEALTH_WEBHOOK_URL", "htps://hooks.example.org/T0/password", "htps://hooks.example.org/***"),
    ],
)
def test_a_mistyped_address_is_told_without_its_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert repr(told) in str(caught.value)
    assert "word" not in str(caught.value).replace("user:password@host/name", "")


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("WORKHEALTH_ILLUSTRATIVE", "maybe", "give on or off"),
        ("WORKHEALTH_DATABASE_URL", "mysql://h/n", "sqlite:///"),
        ("WORKHEALTH_LOCAL_DIR", "nowhere", "give the folder of your own indicators"),
    ],
)
def test_bad_value_names_variable_value_and_fix(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, fix: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert name in str(caught.value)
    assert repr(value) in str(caught.value)
    assert fix in str(caught.value)


def test_every_bad_value_is_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKHEALTH_ILLUSTRATIVE", "perhaps")
    monkeypatch.setenv("WORKHEALTH_DATABASE_URL", "oracle://x")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert len(str(caught.value).splitlines()) == 2


def test_the_contact_is_a_mail_address_or_none() -> None:
    assert load_settings().contact == ""
    assert load_settings(contact="figures@example.org").contact == "figures@example.org"
    for bad in ("figures", "https://example.org", "a@b", "a@example.org?bcc=b@example.org"):
        with pytest.raises(SettingsError, match=r"WORKHEALTH_CONTACT.*give a mail address"):
            load_settings(contact=bad)
