"""A fake Zalo for tests and by hand: signatures, single-use refresh tokens, windows, quotas, rates, retries, errors."""
