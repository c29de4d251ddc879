"""Questions of the same meaning come together, whatever the wording and the order; others stay apart."""

import random
from pathlib import Path

import pytest

from bot.knowledge.answer import Knowledge

ORDERS = 2
"""Random orders in which the questions come."""
PARAPHRASES = [
    [line for line in block.splitlines() if line and not line.startswith("#")]
    for block in (Path(__file__).parent / "paraphrases.txt").read_text(encoding="utf-8").split("\n\n")
]


def clustered(knowledge: Knowledge, asked: list[str]) -> dict[int, list[str]]:
    """The questions by cluster, as they come one after the other."""
    known: list[tuple[int, str]] = []
    found: dict[int, list[str]] = {}
    for number, words in enumerate(asked):
        meaning = knowledge.meaning(words)
        cluster = knowledge.cluster(meaning, known)
        cluster = number if cluster is None else cluster
        known.append((cluster, meaning))
        found.setdefault(cluster, []).append(words)
    return found


def test_two_hundred_paraphrases_of_twenty_questions_make_twenty_clusters_or_nearly(knowledge: Knowledge) -> None:
    meant = {words: number for number, block in enumerate(PARAPHRASES) for words in block}
    assert (len(PARAPHRASES), len(meant)) == (20, 200)
    counts = []
    for seed in range(ORDERS):
        order = list(meant)
        random.Random(seed).shuffle(order)

        found = clustered(knowledge, order)

        counts.append(len(found))
        assert all(len({meant[words] for words in together}) == 1 for together in found.values()), "none is mixed"
        assert clustered(knowledge, order) == found, "the same again"
    assert all(20 <= count <= 25 for count in counts), counts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lớp tiếng Lào mở ở phòng nào?", "Lớp tiếng Lào mở lúc mấy giờ?"),
        ("Lớp tiếng Lào mở ở phòng nào?", "Lớp tiếng Khmer mở ở phòng nào?"),
        ("Lịch kiểm tra nhận thức quý 4 là ngày nào?", "Lịch kiểm tra nhận thức quý 3 là ngày nào?"),
        ("Thư viện mở cửa buổi tối khi nào?", "Thư viện có bao nhiêu đầu sách?"),
        ("Học bổng cho con cán bộ đăng ký ở đâu?", "Chế độ nghỉ phép của cán bộ đăng ký ở đâu?"),
        ("Ai chấm bài thi trực tuyến?", "Khi nào thi trực tuyến?"),
    ],
)
def test_another_question_about_the_same_thing_stays_apart(knowledge: Knowledge, one: str, other: str) -> None:
    assert len(clustered(knowledge, [one, other])) == 2


def test_words_without_any_meaning_meet_only_their_equals(knowledge: Knowledge) -> None:
    assert len(clustered(knowledge, ["?", "là gì", "là gì", "???"])) <= 3
    assert knowledge.cluster("", [(1, "phong trao")]) is None
