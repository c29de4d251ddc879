"""The tables of questions for a human: what was asked, who has it, and what was said about it since.

`cluster_id` is the first question of the same meaning, `unit_id` the asker's unit then, `holder_id` the unit whose
officers have the question now (none: the admins).
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.columns import Id, UtcDateTime
from storage.tables import metadata

questions = Table(
    "questions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(24), nullable=False),
    Column("article", String(80), nullable=False, server_default=""),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("meaning", Text, nullable=False, server_default=""),
    Column("cluster_id", Id),
    Column("unit_id", Id, ForeignKey("units.id")),
    Column("holder_id", Id, ForeignKey("units.id")),
    Column("due_at", UtcDateTime),
    Column("step", Integer, nullable=False, server_default="0"),
    Column("ended", String(16), nullable=False, server_default=""),
    Column("decided_by", Id, ForeignKey("persons.id")),
    Column("decided_at", UtcDateTime),
    Column("talk_until", UtcDateTime),
    CheckConstraint("state IN ('open', 'answered', 'closed')", name="state"),
    Index("ix_questions_state", "state", "asked_at"),
    Index("ix_questions_person_id", "person_id"),
    Index("ix_questions_cluster_id", "cluster_id"),
    Index("ix_questions_due_at", "state", "due_at"),
    Index("ix_questions_talk_until", "talk_until"),
    comment="what nobody could answer, and answers that were called wrong: kept for an admin",
)

question_posts = Table(
    "question_posts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("question_id", Id, ForeignKey("questions.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("unit_id", Id, ForeignKey("units.id")),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("role IN ('asker', 'officer', 'admin')", name="role"),
    Index("ix_question_posts_question_id", "question_id"),
    Index("ix_question_posts_person_id", "person_id"),
    comment="the talk about a question; role and unit are what the writer answered as",
)
