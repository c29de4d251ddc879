"""Begin a translation: `make language L=km` writes .po files with every sentence and no translation yet."""

import sys

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po, write_po

from bot.i18n import LOCALES


def main(arguments: list[str]) -> int:
    """Copy the Vietnamese catalogues with empty translations; what is there already stays."""
    try:
        language = str(Locale.parse(arguments[0]).language)
    except (IndexError, ValueError, UnknownLocaleError):
        print("usage: make language L=<code of a language, e.g. km>", file=sys.stderr)
        return 2
    folder = LOCALES / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted((LOCALES / "vi" / "LC_MESSAGES").glob("*.po")):
        target = folder / source.name
        if target.exists():
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=language)
        for message in catalogue:
            message.string = "" if isinstance(message.id, str) else ("",) * catalogue.num_plurals
        with target.open("wb") as stream:
            write_po(stream, catalogue, width=0)
        print(f"written: locales/{language}/LC_MESSAGES/{source.name}")
    print("Translate, then: make texts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
