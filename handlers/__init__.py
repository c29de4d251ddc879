"""What the bot does, one conversation per file; this list is the table of contents, in the order of menus and /help."""

from handlers import (
    admin,
    corrections,
    desk,
    diary,
    documents,
    evidence,
    goals,
    help,
    language,
    linking,
    membership,
    my_data,
    progress,
    questions,
    quotas,
    report_files,
    small_talk,
    start,
    study_logs,
    summary,
    tree,
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
        goals,
        questions,
        summary,
        report_files,
        membership,
        desk,
        language,
        linking,
        my_data,
        admin,
        tree,
        documents,
        quotas,
        small_talk,
        help,
    )
]
