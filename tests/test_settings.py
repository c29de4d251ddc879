"""A wrong setting stops the start with one clear line; a right one is understood."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_without_any_setting_everything_has_its_embedded_default() -> None:
    settings = load(None)

    assert settings.database_url == "sqlite+aiosqlite:///data/banhoc.sqlite3"
    assert (settings.port, settings.tz, settings.telegram_mode) == (8080, "Asia/Ho_Chi_Minh", "polling")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("PUBLIC_URL", "banhoc.example.vn"),
        ("TELEGRAM_MODE", "push"),
        ("ADMINS", "telegram"),
        ("ADMINS", "icq:1"),
        ("TZ", "Asia/Atlantis"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=f"^{name}: ") as caught:
        load(None)

    assert "\n" not in str(caught.value)


def test_webhook_mode_needs_an_address_and_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "1:secret-token")
    monkeypatch.setenv("TELEGRAM_MODE", "webhook")

    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        load(None)
    monkeypatch.setenv("PUBLIC_URL", "https://banhoc.example.vn/")
    with pytest.raises(SettingsError, match="TELEGRAM_WEBHOOK_SECRET"):
        load(None)


def test_short_database_addresses_get_their_drivers_and_admins_become_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u@localhost/banhoc")
    monkeypatch.setenv("ADMINS", "telegram:123, web:ab")

    settings = load(None)

    assert settings.database_url == "postgresql+asyncpg://u@localhost/banhoc"
    assert settings.admins == ("telegram:123", "web:ab")


def test_a_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "1:secret-token")

    assert "secret-token" not in repr(load(None))


def test_the_program_says_one_line_and_no_trace(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=tmp_path,
        env={"PORT": "http", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 2
    assert ended.stderr.startswith("banhoc: PORT: ")
    assert len(ended.stderr.strip().splitlines()) == 1


def test_every_setting_is_explained_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert not [name.upper() for name in Settings.model_fields if f"`{name.upper()}`" not in readme]
