"""Work that no message started: outbox recovery, and later the schedule."""
