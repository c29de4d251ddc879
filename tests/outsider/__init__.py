"""A check of the Telegram channel by somebody else's tool: tg-auto-test, in an environment of its own."""
