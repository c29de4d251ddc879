"""Words of a question as the search sees them: folded syllables with short forms written out, and what is asked for."""

import itertools
import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path

import msgspec

from bot.knowledge.documents import KnowledgeError
from bot.language.fold import fold

WORD = re.compile(r"[^\W_]+")
MARK = "?"
_JOINING = frozenset({"when", "where", "who", "whom", "whose", "why"})
# After "bao nhiêu" and "mấy": words of time and money, and particles, which are no nouns to count.
_TIME_AND_MONEY = frozenset({"gio", "h", "ngay", "nam", "thang", "tuoi", "tien", "dong"})
_PARTICLES = frozenset({"roi", "vay", "the", "a", "nhi", "nay", "do", "day", "nua", "thi", "la", "ha", "u"})
_NO_NOUN = _TIME_AND_MONEY | _PARTICLES
_NUMBERED = frozenset({"so", "ngay", "nam", "thang", "luc"})
_ASKING = frozenset({"nao", "gi"})
_REPEATED = re.compile(r"([a-z])\1+")
_ONSETS = "b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x|"
_RIMES = (
    "a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|e|ec|ech|em|en|eng|enh|eo|ep|et|eu|i|ia|ich|iec|iem|ien|ieng|iep|iet|ieu|im|in|inh|ip|it|iu|"
    "o|oa|oac|oach|oai|oam|oan|oang|oanh|oat|oay|oc|oe|oen|oeo|oet|oi|om|on|ong|op|ot|u|ua|uan|uang|uat|uay|uc|ue|uech|uen|uenh|ui|um|un|ung|"
    "uo|uoc|uoi|uom|uon|uong|uop|uot|uou|up|ut|uu|uy|uya|uych|uyen|uyet|uyn|uynh|uyt|y|yem|yen|yet|yeu|ym|yt"
)
SYLLABLE = re.compile(f"(?:{_ONSETS})(?:{_RIMES})")


class Glossary(msgspec.Struct, frozen=True):
    """The tables of glossary.toml, folded and ready for look-ups."""

    short: dict[str, tuple[str, ...]]
    short_beside_number: dict[str, tuple[str, ...]]
    same: dict[tuple[str, ...], tuple[str, ...]]
    hard: frozenset[str]
    soft: frozenset[str]
    soft_marked: frozenset[str]
    english_stop: frozenset[str]
    english: dict[tuple[str, ...], tuple[str, ...]]
    intents: dict[tuple[str, ...], str]
    dialect: tuple[tuple[re.Pattern[str], str], ...]
    general: frozenset[str]
    anchors: dict[str, tuple[str, ...]]
    organisations: dict[tuple[str, ...], str]
    refusals: dict[str, dict[str, str]]


def load_glossary(path: Path) -> Glossary:
    """Read glossary.toml; raises KnowledgeError when it is missing or a table is not as expected."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        soft = frozenset(_words(tables["stop"]["soft"]))
        hard = frozenset(fold(word) for word in _words(tables["stop"]["hard"]))
        return Glossary(
            short={key.lower(): _folded(value) for key, value in tables["short"].items()},
            short_beside_number={key.lower(): _folded(value) for key, value in tables["short_beside_number"].items()},
            same={_folded(key): _folded(value) for key, value in tables["same"].items()},
            hard=hard,
            soft=frozenset(fold(word) for word in soft) - hard,
            soft_marked=frozenset(word for word in soft if fold(word) != word),
            english_stop=frozenset(tables["stop"]["english"].split()),
            english={_folded(key): _folded(value) for key, value in tables["english"].items()},
            dialect=tuple((re.compile(pattern), meant) for pattern, meant in tables["dialect"].items()),
            general=frozenset(fold(word) for word in _words(tables["stop"]["general"])),
            anchors={
                kind: tuple(sorted((fold(name) for name in names), key=len, reverse=True))
                for kind, names in tables["anchors"].items()
            },
            intents={_folded(phrase): kind for kind, phrases in tables["intents"].items() for phrase in phrases},
            organisations={
                _folded(phrase): name for name, phrases in tables["organisations"].items() for phrase in phrases
            },
            refusals=tables["refusals"],
        )
    except (OSError, tomllib.TOMLDecodeError, re.error, KeyError, AttributeError) as error:
        raise KnowledgeError(f"{path.name}: {error}") from error


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in unicodedata.normalize("NFC", text).split()]


def _folded(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(fold(text)))


class Question(msgspec.Struct, frozen=True):
    """A text prepared for matching: content syllables in order, and the kinds of thing asked for ("when", "who"…).

    `counted` holds what stands behind "bao nhiêu" or "how many", each with its next syllable ("hoi vien"); `focus` the
    syllables before "nào" and "gì" that name what is asked for ("phan mem nào"); `anchors` the office whose holder,
    or the event whose day is asked for: an answer that never speaks of it is none.
    """

    words: tuple[str, ...]
    intents: frozenset[str]
    plain: tuple[str, ...]
    english: bool = False
    organisations: frozenset[str] = frozenset()
    counted: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    anchors: frozenset[str] = frozenset()

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers in the text, such as those of documents and phases."""
        return frozenset(word for word in self.words if word.isdigit())


class Tokenizer:
    """Turns texts into Questions with one glossary; English goes through the term list into Vietnamese syllables."""

    def __init__(self, glossary: Glossary) -> None:
        self.glossary = glossary
        self._single = frozenset(key[0] for key in glossary.english if len(key) == 1)
        self._longest = {id(table): max((len(key) for key in table), default=1) for table in self._tables()}

    def _tables(self) -> tuple[dict[tuple[str, ...], object], ...]:
        glossary = self.glossary
        return glossary.same, glossary.english, glossary.intents, glossary.organisations  # type: ignore[return-value]

    def read(self, text: str, *, english: bool) -> Question:
        """Prepare one text; `english` says that it is to be translated term by term."""
        plain = self.expand(text) if not english else list(_folded(text.replace("'s", "")))
        intents = self._intents(plain, english)
        words = self._translate(plain) if english else self._replace(plain, self.glossary.same)
        kept = tuple(word for word in words if self._carries(word))
        named = frozenset(name for _, name in self._matches(words, self.glossary.organisations))
        counted = self._counted_english(plain) if english else self._counted(plain, intents)
        if "may" in plain and not counted:
            intents -= {"count"}
        focus = () if english else self._focus(plain)
        return Question(kept, intents, tuple(plain), english, named, counted, focus, self._anchors(words, intents))

    def _anchors(self, words: list[str], intents: frozenset[str]) -> frozenset[str]:
        """For "who" the office, for "when" the event, for any question a thing that few answers state ("phụ lục"); of
        "phó cục trưởng" only the longest."""
        said, found = f" {' '.join(words)} ", set()
        for kind, names in self.glossary.anchors.items():
            for name in names if kind == "any" or kind in intents else ():
                if f" {name} " in said:
                    found.add(name)
                    said = said.replace(f" {name} ", " | ")
        return frozenset(found)

    def standard(self, text: str) -> str:
        """The text with regional words ("khi mô", "cái chi") as the articles write them."""
        text = unicodedata.normalize("NFC", text).lower()
        for pattern, meant in self.glossary.dialect:
            text = pattern.sub(meant, text)
        return text

    def _counted(self, plain: list[str], intents: frozenset[str]) -> tuple[str, ...]:
        """Behind "bao nhiêu" and "mấy"; a "mấy" in front of a question word is only a plural ("mấy mô hình nào")."""
        if "ordinal" in intents:
            return ()
        found = []
        for i, word in enumerate(plain):
            size = 2 if plain[i : i + 2] == ["bao", "nhieu"] else int(word == "may")
            behind = plain[i + size : i + size + 2] if size else []
            plural = size == 1 and not _ASKING.isdisjoint(plain[i + 1 :])
            if behind and not plural and behind[0] not in _NO_NOUN and plain[max(0, i - 1)] not in _NUMBERED:
                found.append(" ".join(part for part in behind if self._carries(part)))
        return tuple(noun for noun in found if noun)

    def _counted_english(self, plain: list[str]) -> tuple[str, ...]:
        """The words behind "how many" up to the first empty one, each in Vietnamese syllables."""
        for i in range(len(plain) - 2):
            if plain[i : i + 2] == ["how", "many"]:
                behind = itertools.takewhile(lambda word: word not in self.glossary.english_stop, plain[i + 2 : i + 5])
                return tuple(" ".join(self._translate([word])[:2]) for word in behind)
        return ()

    def _focus(self, plain: list[str]) -> tuple[str, ...]:
        """Nouns before "nào" and "gì", with the syllable before that ("cong_dan"); without words that fit every answer
        ("việc", "điều", "nội dung")."""
        found = []
        for i in range(1, len(plain)):
            noun = plain[i - 1]
            if plain[i] in {"nao", "gi"} and noun not in self.glossary.general and self._carries(noun):
                before = plain[i - 2] if i > 1 else ""
                alone = not before or before in self.glossary.hard | self.glossary.soft | self.glossary.general
                found.append(noun if alone else f"{before}_{noun}")
        return tuple(found)

    def expand(self, text: str) -> list[str]:
        """Folded syllables of a Vietnamese text with its short forms written out; marked empty words are gone."""
        raw = WORD.findall(unicodedata.normalize("NFC", text).lower())
        words: list[str] = []
        for i, word in enumerate(raw):
            beside = any(n.isdigit() for n in (*raw[max(0, i - 1) : i], *raw[i + 1 : i + 2]))
            if beside and word in self.glossary.short_beside_number:
                words.extend(self.glossary.short_beside_number[word])
            elif word in self.glossary.short:
                words.extend(self.glossary.short[word])
            else:
                words.extend(_folded(word))
        return words

    def content(self, text: str) -> list[str]:
        """The syllables of running text for the index (an answer or a passage), without empty words."""
        raw = WORD.findall(unicodedata.normalize("NFC", text).lower())
        words = self.expand(" ".join(word for word in raw if word not in self.glossary.soft_marked))
        return [word for word in self._replace(words, self.glossary.same) if self._carries(word)]

    def marked_out(self, text: str) -> str:
        """The text without those empty words that carry their own marks ("có", "để"); folded texts are left alone."""
        raw = WORD.findall(unicodedata.normalize("NFC", text).lower())
        return " ".join(word for word in raw if word not in self.glossary.soft_marked)

    def question(self, text: str, *, english: bool) -> Question:
        """Like read(), but Vietnamese empty words with marks are dropped from the words (not from the intents)."""
        text = text if english else self.standard(text)
        asked = self.read(text, english=english)
        if english:
            return asked
        return msgspec.structs.replace(asked, words=tuple(self.content(text)))

    def _carries(self, word: str) -> bool:
        return word not in self.glossary.hard and (len(word) > 1 or word.isdigit() or word in "xiv")

    def _intents(self, words: list[str], english: bool) -> frozenset[str]:
        """Kinds asked for; in English "when" and "who" far from the beginning only join clauses."""
        hits = self._matches(words, self.glossary.intents)
        found = {
            kind for i, kinds in hits if not english or i < 4 or words[i] not in _JOINING for kind in kinds.split()
        }
        if found & {"when", "time", "number", "money", "percent", "life", "minimum"}:
            found.discard("count")
        if "money" in found:
            found.discard("number")
        if "who" not in found:
            found.discard("now")
        return frozenset(found)

    def _matches(self, words: list[str], table: dict[tuple[str, ...], str]) -> list[tuple[int, str]]:
        """Where phrases of a table stand in the words, longest first at each place."""
        longest, i = self._longest[id(table)], 0
        hits: list[tuple[int, str]] = []
        while i < len(words):
            for size in range(min(longest, len(words) - i), 0, -1):
                if (kind := table.get(tuple(words[i : i + size]))) is not None:
                    hits.append((i, kind))
                    i += size - 1
                    break
            i += 1
        return hits

    def _replace(
        self, words: list[str], table: dict[tuple[str, ...], tuple[str, ...]], dropped: frozenset[str] = frozenset()
    ) -> list[str]:
        """Words with the phrases of a table put in place, the longest phrase first at each place."""
        longest, i = self._longest[id(table)], 0
        out: list[str] = []
        while i < len(words):
            for size in range(min(longest, len(words) - i), 0, -1):
                if (other := table.get(tuple(words[i : i + size]))) is not None:
                    out.extend(other)
                    i += size
                    break
            else:
                out += [words[i]] if words[i] not in dropped else []
                i += 1
        return out

    def _translate(self, words: list[str]) -> list[str]:
        """English words → Vietnamese syllables where the glossary knows them, plurals and past forms too; empty words
        go before that, since "so" and "do" are also Vietnamese syllables."""
        known = self._single
        stemmed = [word if word in known else _stem(word, known) for word in words]
        return self._replace(stemmed, self.glossary.english, self.glossary.english_stop)


def _stem(word: str, known: frozenset[str]) -> str:
    for ending, other in (("ies", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e")):
        if word.endswith(ending) and word[: -len(ending)] + other in known:
            return word[: -len(ending)] + other
    return word


def bag(words: tuple[str, ...] | list[str]) -> set[str]:
    """The syllables and the pairs of neighbours."""
    return set(words) | {f"{a}_{b}" for a, b in itertools.pairwise(words)}


@lru_cache(maxsize=4096)
def is_syllable(word: str) -> bool:
    """True when the folded word can be a Vietnamese syllable (so that it is hardly a slip of the keys)."""
    return SYLLABLE.fullmatch(word) is not None


def undouble(word: str) -> str:
    """ "cucc" → "cuc": no Vietnamese syllable repeats a letter."""
    return _REPEATED.sub(r"\1", word)
