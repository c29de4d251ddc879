"""What the bot does, one conversation per file; this list is the table of contents, in the order of menus and /help."""

from handlers import (
    admin,
    corrections,
    diary,
    evidence,
    help,
    language,
    membership,
    my_data,
    progress,
    questions,
    small_talk,
    start,
    study_logs,
    summary,
)

TABLES = [
    module.routes
    for module in (
        start,
        study_logs,
        corrections,
        evidence,
        diary,
        progress,
        questions,
        summary,
        membership,
        language,
        my_data,
        admin,
        small_talk,
        help,
    )
]
