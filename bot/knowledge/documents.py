"""The register of documents: what each source id of an answer stands for (number, title, issuer, date)."""

import tomllib
from pathlib import Path

import msgspec


class KnowledgeError(ValueError):
    """The answers, the register or the glossary cannot be used; the text names every faulty file."""


class Document(msgspec.Struct, frozen=True):
    """One document that an answer may refer to; `date` is shown as printed in the register."""

    id: str
    number: str
    title: str
    issuer: str
    date: str
    kind: str
    note: str = ""

    @property
    def name(self) -> str:
        """What a person reads as the source: the title, with the number in front when the title leaves it out."""
        if self.number and self.number not in self.title:
            return f"{self.number}: {self.title}"
        return self.title


REQUIRED = ("title", "issuer", "date", "kind")
FIELDS = {"number", "title", "issuer", "date", "kind", "note"}


def load_documents(folder: Path) -> dict[str, Document]:
    """Read all documents*.toml of a language folder; raises KnowledgeError with one line per faulty entry."""
    register: dict[str, Document] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("documents*.toml")):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(f"{path.name}: {error}")
            continue
        for id, fields in tables.items():
            fault = _fault(id, fields, register)
            if fault:
                faults.append(f"{path.name} [{id}]: {fault}")
            else:
                register[id] = Document(id=id, **{"number": "", **fields})
    if faults:
        raise KnowledgeError("\n".join(faults))
    return register


def _fault(id: str, fields: object, register: dict[str, Document]) -> str:
    """What is wrong with one entry, or an empty string."""
    if not isinstance(fields, dict):
        return "is not a table; write [id] and then its fields"
    if id in register:
        return "is registered twice"
    if unknown := sorted(set(fields) - FIELDS):
        return f"unknown fields {', '.join(unknown)}"
    if wrong := sorted(key for key, value in fields.items() if not isinstance(value, str)):
        return f"fields must be texts in quotes: {', '.join(wrong)}"
    if missing := [key for key in REQUIRED if not fields.get(key, "").strip()]:
        return f"missing {', '.join(missing)}"
    return ""
