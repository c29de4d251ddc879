"""Doors to the outside: one file per channel, one contract (base), each channel declares what it can do."""
