"""Asking: the labelled sets, follow-ups, the person's own organisation, suggestions, English, speed."""

import json
import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.answer import Answer, Knowledge
from bot.knowledge.lines import ask_line
from tests.knowledge.conftest import FIXTURES, LOCALES
from tests.knowledge.scoring import evaluate, folded, read_rows, share

KNOWLEDGE = Knowledge.load(LOCALES)
HARMFUL = ("gambling", "secrets", "injection")


@pytest.mark.parametrize(
    ("name", "right", "style_right", "false"), [("q_dev.jsonl", 0.94, 0.85, 0.08), ("q_own.jsonl", 0.92, 0.85, 0.08)]
)
def test_the_labelled_questions_are_answered_with_their_source(
    name: str, right: float, style_right: float, false: float
) -> None:
    rows = read_rows(FIXTURES / name)

    result = evaluate(rows, lambda text: ask_line(KNOWLEDGE, text))

    counts = result["styles"]["all"]
    assert share(counts, "right") >= right, result["fails"]
    assert share(counts, "source") >= right, result["fails"]
    assert share(counts, "false", "un") <= false, result["fails"]
    assert share(counts, "refused") <= 0.05, result["fails"]
    assert all(share(counts, "right") >= style_right for counts in result["styles"].values()), result["styles"]
    assert all(result["categories"].get(category, (0, 0))[0] == 0 for category in HARMFUL)


def test_an_answer_names_document_issuer_date_and_part(knowledge: Knowledge) -> None:
    answer = knowledge.ask("Giai đoạn 2 kéo dài những năm nào?")

    assert answer.answered
    assert "2026" in answer.answer
    assert answer.refusal is None
    assert all(source.document and source.issuer and source.date for source in answer.sources)


@pytest.mark.parametrize(
    ("previous", "question", "expected"),
    [
        ("qk2-giai-doan-2", "còn giai đoạn 1?", "2023 đến năm 2025"),
        ("tinh-so-ke-hoach", "thế ai ban hành?", "UBND cấp tỉnh"),
        ("tinh-so-ke-hoach", "ngày nào?", "23/01/2024"),
        ("kttv-quyet-dinh", "thế mục đích là gì?", "các đơn vị trực thuộc"),
        ("khoi-ngay-ky", "còn ai chủ trì?", "Huỳnh Tấn Việt"),
        ("thainguyen-huan-chuong", "thế còn hạn chế?", "chiều sâu"),
    ],
)
def test_a_follow_up_is_read_with_what_was_answered_before(
    knowledge: Knowledge, previous: str, question: str, expected: str
) -> None:
    answer = knowledge.ask(question, previous=previous)

    assert expected in answer.answer


def test_a_full_question_is_not_pulled_back_to_the_earlier_topic(knowledge: Knowledge) -> None:
    answer = knowledge.ask("Bài của Tổng cục Khí tượng được bao nhiêu lượt đọc?", previous="qk2-giai-doan-2")

    assert "1149" in answer.answer


@pytest.mark.parametrize(
    ("organisation", "source"), [("qk2", "Quân khu 2"), ("kttv", "96/QĐ-TCKTTV"), ("tinh", "29/KH-UBND")]
)
def test_our_plan_is_the_plan_of_the_persons_own_organisation(
    knowledge: Knowledge, organisation: str, source: str
) -> None:
    answer = knowledge.ask("kế hoạch của đơn vị mình là văn bản nào", organisation=organisation)

    assert answer.answered
    assert source in answer.sources[0].document


def test_a_question_that_is_only_close_gets_at_most_three_suggestions(knowledge: Knowledge) -> None:
    answers = [
        knowledge.ask(text)
        for text in (
            "khuyến học trong trường đại học nước ngoài",
            "trung tâm cộng đồng nào tốt",
            "phong trào ở miền Nam thế nào",
        )
    ]

    assert all(len(answer.suggestions) <= 3 for answer in answers)
    assert any(not answer.answered and answer.suggestions for answer in answers)


def test_a_suggestion_button_opens_its_article(knowledge: Knowledge) -> None:
    answer = knowledge.article("tinh-tong-ket")

    assert answer.answered
    assert "2030" in answer.answer


def test_a_button_of_a_withdrawn_article_is_refused_calmly(knowledge: Knowledge) -> None:
    assert knowledge.article("gone").refusal == "unknown"


def test_what_the_documents_do_not_state_is_said_plainly_and_not_as_an_answer(knowledge: Knowledge) -> None:
    answer = knowledge.ask("Kế hoạch 29 là của tỉnh gì vậy, cho biết tên tỉnh?")

    assert not answer.answered
    assert answer.refusal == "unknown"
    assert "mất tên tỉnh" in answer.answer
    assert answer.sources == ()


@pytest.mark.parametrize(
    "text",
    [
        "Giai đoạn 1 là những năm nào?",
        "giai doan 1 la nhung nam nao",
        "gđ 1 là nhữg năm nào z",
        "GIAI ĐOẠN 1 là những năm nào",
        "giai  đoạn 1 là những năm nào??",
    ],
)
def test_marks_case_short_forms_and_slips_do_not_change_the_answer(knowledge: Knowledge, text: str) -> None:
    assert "2023 đến năm 2025" in knowledge.ask(text).answer


def test_an_english_question_finds_the_same_article(knowledge: Knowledge) -> None:
    answer = knowledge.ask("What is the date of the provincial plan 29?")

    assert answer.answered
    assert answer.article == "tinh-ngay-ban-hanh"


def test_one_line_gives_the_json_of_the_ask_command(knowledge: Knowledge) -> None:
    line = ask_line(knowledge, "Kế hoạch 304 ra ngày nào?\n")
    other = ask_line(knowledge, json.dumps({"question": "Kế hoạch 304 ra ngày nào?"}))

    assert set(line) == {"question", "answered", "answer", "sources", "score"}
    assert line["answered"] is True
    assert set(line["sources"][0]) == {"document", "issuer", "date", "part"}
    assert other == line


def test_a_refusal_line_has_one_sentence_and_no_sources(knowledge: Knowledge) -> None:
    line = ask_line(knowledge, "Món phở nấu bao lâu thì ngon?")

    assert line["answered"] is False
    assert line["answer"]
    assert line["sources"] == []


def test_answers_come_within_25_ms_and_the_index_within_2_s() -> None:
    rows = read_rows(FIXTURES / "q_dev.jsonl")

    begun = time.process_time()
    knowledge = Knowledge.load(LOCALES)
    seconds = time.process_time() - begun
    result = evaluate(rows, lambda text: ask_line(knowledge, text))

    assert seconds < 2
    assert result["p50_ms"] < 25


@pytest.mark.parametrize("name", ["q_dev.jsonl", "q_own.jsonl"])
def test_swapped_letters_and_dropped_marks_cost_at_most_a_few_answers(name: str) -> None:
    rows = read_rows(FIXTURES / name)
    random = Random(5)

    def swapped(text: str) -> str:
        words = text.split()
        long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
        if long:
            i = random.choice(long)
            at = random.randrange(1, len(words[i]) - 1)
            words[i] = words[i][:at] + words[i][at + 1] + words[i][at] + words[i][at + 2 :]
        return " ".join(words)

    plain = evaluate(rows, lambda text: ask_line(KNOWLEDGE, text))["styles"]["all"]
    unmarked = evaluate(rows, lambda text: ask_line(KNOWLEDGE, folded(text)))["styles"]["all"]
    slipped = evaluate(rows, lambda text: ask_line(KNOWLEDGE, swapped(text)))["styles"]["all"]

    assert share(unmarked, "right") >= share(plain, "right") - 0.03
    assert share(slipped, "right") >= share(plain, "right") - 0.05


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(max_size=400),
    previous=st.sampled_from([None, "qk2-giai-doan-2", "gone"]),
    language=st.sampled_from(["vi", "en", "km"]),
)
def test_no_input_of_any_kind_raises(text: str, previous: str | None, language: str) -> None:
    answer = KNOWLEDGE.ask(text, language=language, previous=previous)

    assert isinstance(answer, Answer)
    assert answer.answered == (answer.refusal is None)
    assert len(answer.suggestions) <= 3


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(
            [
                "con",
                "the",
                "ai",
                "khi",
                "nao",
                "giai",
                "doan",
                "1",
                "2",
                "ke",
                "hoach",
                "29",
                "304",
                "khong",
                "bao",
                "nhieu",
                "hoi",
                "vien",
                "when",
                "who",
                "how",
                "many",
                "phase",
                "plan",
            ]
        ),
        max_size=14,
    )
)
def test_any_mixture_of_known_words_is_answered_or_refused(words: list[str]) -> None:
    answer = KNOWLEDGE.ask(" ".join(words), previous="tinh-tong-ket")

    assert answer.answer
