"""The knowledge of the shipped answers, loaded once for all tests of this folder."""

from pathlib import Path

import pytest

from bot.knowledge.answer import Knowledge

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ROOT / "locales"
FIXTURES = ROOT / "tests" / "fixtures"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return Knowledge.load(LOCALES)
