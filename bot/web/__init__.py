"""The aiohttp application: webhooks, chat page, health and metrics."""
