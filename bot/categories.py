"""The categories of people: what is stored, and what people read."""

from bot.i18n import t

CATEGORIES = {
    "soldier": t("Soldier or serviceman"),
    "official": t("Official or public employee"),
    "worker": t("Worker"),
    "citizen": t("Citizen"),
}
"""Keys are stored in the person's row."""
