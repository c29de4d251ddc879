"""What Prometheus may read: messages handled, messages sent, and how long turns take; never who or what."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
TURNS = Counter("banhoc_turns", "Inbound messages by channel and outcome", ["channel", "outcome"], registry=REGISTRY)
SENDS = Counter("banhoc_sends", "Outbound messages by channel and outcome", ["channel", "outcome"], registry=REGISTRY)
OUTBOX = Gauge("banhoc_outbox", "Messages of the outbox by state", ["state"], registry=REGISTRY)
LEADS = Gauge("banhoc_leads", "1 when this process sends on the channel", ["channel"], registry=REGISTRY)
SECONDS = Histogram(
    "banhoc_turn_seconds",
    "Seconds from a message's arrival to its commit",
    ["channel"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)

ROLLUP_DIFFERENCES = Gauge(
    "banhoc_rollup_differences", "Sums of the last nightly check that the raw rows do not bear out", registry=REGISTRY
)


def text() -> bytes:
    """All figures in Prometheus' text format."""
    return generate_latest(REGISTRY)
