"""`python -m bot ask`: one question per line in, one JSON object per line out."""

from typing import Any

import msgspec

from bot.knowledge.answer import Answer, Knowledge


def ask_line(knowledge: Knowledge, line: str) -> dict[str, Any]:
    """Answer one line: {"question", "answered", "answer", "sources", "score"}.

    A line that is a JSON object is read by its "question" (or "text"), "organisation", "language" and "previous".
    A refusal has one polite sentence as its answer and no sources.
    """
    asked = _asked(line)
    answer = knowledge.ask(
        asked["question"],
        language=asked.get("language", "vi"),
        organisation=asked.get("organisation"),
        previous=asked.get("previous"),
    )
    return as_json(answer)


def as_json(answer: Answer) -> dict[str, Any]:
    """The JSON of one answer."""
    return {
        "question": answer.question,
        "answered": answer.answered,
        "answer": answer.answer,
        "sources": [msgspec.structs.asdict(source) for source in answer.sources],
        "score": round(answer.score, 4),
    }


def _asked(line: str) -> dict[str, str]:
    """The fields of a JSON line, or the whole line as the question."""
    text = line.rstrip("\r\n")
    if text.lstrip().startswith("{"):
        try:
            fields = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return {"question": text}
        question = fields.get("question", fields.get("text"))
        if isinstance(question, str):
            return {key: value for key, value in fields.items() if isinstance(value, str)} | {"question": question}
    return {"question": text}
