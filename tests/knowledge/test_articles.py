"""The shipped answers and the register of documents fit together, and faulty files are named."""

from pathlib import Path

import pytest

from bot.knowledge.answer import Knowledge
from bot.knowledge.articles import MAX_CHARACTERS, SPAM, load
from bot.knowledge.documents import Document, KnowledgeError, load_documents
from tests.knowledge.conftest import FIXTURES, LOCALES, ROOT
from tests.knowledge.scoring import folded, read_rows

DOCUMENT = Document("kh", "1/KH", "Kế hoạch", "UBND", "01/01/2024", "kế hoạch")
GOOD = """+++
id = "a-b"
title = "Tên"
questions = ["một", "hai", "ba"]
organisations = ["all"]
sources = [{ document = "kh", part = "mục 1" }]
since = "2024-01-01"
+++
Câu trả lời.
"""


def test_there_are_at_least_two_hundred_articles_with_sources_of_the_register(knowledge: Knowledge) -> None:
    articles = knowledge.articles

    assert len(articles) >= 200
    assert all(source.document in knowledge.documents for article in articles for source in article.sources)
    assert all(article.sources for article in articles)
    assert all(len(article.text) <= MAX_CHARACTERS for article in articles)


def test_every_document_of_the_register_names_issuer_and_date() -> None:
    register = load_documents(LOCALES / "vi")

    assert len(register) >= 8
    assert all(document.issuer and document.date and document.name for document in register.values())


def test_no_article_and_no_document_repeats_the_gambling_spam(knowledge: Knowledge) -> None:
    texts = [f"{article.title} {article.text} {' '.join(article.questions)}" for article in knowledge.articles]
    texts += [f"{document.title} {document.issuer} {document.note}" for document in knowledge.documents.values()]

    assert not [text for text in texts if SPAM.search(text)]


def test_every_article_is_found_first_by_its_own_title(knowledge: Knowledge) -> None:
    missed = []
    for article in knowledge.articles:
        answer = knowledge.ask(article.title)
        shown = answer.article if answer.answered else None
        if shown != article.id and not (article.refusal and answer.answer == article.text):
            missed.append((article.id, shown))

    assert len(missed) <= 0.06 * len(knowledge.articles), missed


def test_every_article_is_found_by_its_own_questions(knowledge: Knowledge) -> None:
    asked = [(article, question) for article in knowledge.articles for question in article.questions]

    answers = [(article, knowledge.ask(question)) for article, question in asked]
    found = sum(
        answer.article == article.id or bool(article.refusal and not answer.answered) for article, answer in answers
    )

    assert found >= 0.97 * len(asked)


def test_no_sentence_of_the_question_sets_stands_in_articles_rules_or_tests() -> None:
    rows = read_rows(FIXTURES / "q_dev.jsonl")
    sentences = {folded(row["text"]) for row in rows}
    files = [
        *LOCALES.rglob("*.md"),
        *LOCALES.rglob("*.toml"),
        *(ROOT / "bot" / "knowledge").rglob("*.py"),
        *(ROOT / "tests" / "knowledge").rglob("*.py"),
    ]

    lines = {folded(line): path.name for path in files for line in path.read_text(encoding="utf-8").splitlines()}
    copied = {
        (name, sentence)
        for line, name in lines.items()
        for sentence in sentences
        if len(sentence) > 9 and f" {sentence} " in f" {line} "
    }

    assert not copied


def test_a_good_article_is_read(tmp_path: Path) -> None:
    (tmp_path / "a-b.md").write_text(GOOD, encoding="utf-8")

    (article,) = load(tmp_path, {"kh": DOCUMENT})

    assert article.id == "a-b"
    assert article.text == "Câu trả lời."
    assert article.sources[0].part == "mục 1"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "a-b"', 'id = "other"', "must be the file's name"),
        ('document = "kh"', 'document = "unknown"', "not in the register"),
        ('sources = [{ document = "kh", part = "mục 1" }]', "sources = []", "has no source"),
        ('["một", "hai", "ba"]', '["một"]', "questions"),
        ('["all"]', '["navy"]', "organisations"),
        ("Câu trả lời.", "", "empty"),
        ("Câu trả lời.", "dài " * 300, "characters"),
        ("Câu trả lời.", "a\n\nb\n\nc\n\nd", "paragraphs"),
        ('"2024-01-01"', '"1/1/2024"', "since"),
        ("+++\nid", "id", "must begin with +++"),
        ("Câu trả lời.", "Vào nhà cái ngay", "gambling"),
    ],
)
def test_a_faulty_article_is_named_with_its_fault(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "a-b.md").write_text(GOOD.replace(old, new), encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"a-b\.md") as raised:
        load(tmp_path, {"kh": DOCUMENT})

    assert said in str(raised.value)


def test_all_faulty_files_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("no header", encoding="utf-8")
    (tmp_path / "two.md").write_text("+++\nid = \n+++\nx", encoding="utf-8")

    with pytest.raises(KnowledgeError) as raised:
        load(tmp_path, {})

    assert "one.md" in str(raised.value)
    assert "two.md" in str(raised.value)


def test_a_document_registered_twice_is_an_error(tmp_path: Path) -> None:
    entry = '[x]\ntitle = "T"\nissuer = "I"\ndate = "2024"\nkind = "k"\n'
    (tmp_path / "documents.toml").write_text(entry, encoding="utf-8")
    (tmp_path / "documents-more.toml").write_text(entry, encoding="utf-8")

    with pytest.raises(KnowledgeError, match="twice"):
        load_documents(tmp_path)
