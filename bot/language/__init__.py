"""Vietnamese understanding as pure functions: no network, no database, no clock of its own."""

from bot.language import study as study
