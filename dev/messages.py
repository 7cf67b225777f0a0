"""The words of every project in every language: ``python -m dev.messages [project ...]``.

Finds what is marked for translation in Python, in Django templates and, for the shell, in the page
templates; adds it to ``<project>/locale/<language>/LC_MESSAGES/django.po``, keeps what was
translated, and compiles ``django.mo``. ``--check`` writes nothing and says what is missing, fuzzy,
no longer used, has lost a placeholder, or is not compiled.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.conf import settings
from django.utils.translation.template import templatize

from dev.projects import PROJECTS, ROOT, SHELL, Project

# The languages that texts are translated into; they are written in English.
LANGUAGES: Final = ("de",)
_KEYWORDS: Final = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "gettext_noop": None,
}
_APART: Final = {"tests", "migrations", "node_modules", "demo", "static"}
# A file that only says what its texts say makes no diff when nothing of them has changed.
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
_NOISE: Final = (
    *("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team"),
    *("Report-Msgid-Bugs-To", "Generated-By", "Project-Id-Version"),
)


@dataclass(frozen=True)
class Words:
    """The texts of a project in one language."""

    project: Project
    language: str

    @property
    def po(self) -> Path:
        return self.project.folder / "locale" / self.language / "LC_MESSAGES" / "django.po"

    @property
    def mo(self) -> Path:
        return self.po.with_suffix(".mo")

    def known(self) -> Catalog:
        """What was translated until now."""
        if not self.po.exists():
            return _empty(self.language)
        with self.po.open("rb") as file:
            return pofile.read_po(file, locale=self.language)

    def write(self, texts: Catalog) -> None:
        """Add new texts, leave out old ones, compile."""
        made = self.known()
        # A guess from a similar text would have to be looked at anyway.
        made.update(texts, no_fuzzy_matching=True, update_header_comment=False)
        made.obsolete.clear()
        self.po.parent.mkdir(parents=True, exist_ok=True)
        self.po.write_text(_text(made))
        self.mo.write_bytes(_compiled(self.known()))

    def problems(self, texts: Catalog) -> Iterator[str]:
        """What a reader of this language would see in English, or wrongly."""
        known = self.known()
        wanted = {_key(message) for message in texts if message.id}
        for message in texts:
            if message.id and known.get(_singular(message), message.context) is None:
                yield f"{self._name}: not in there: {_singular(message)!r}"
        for message in known:
            if not message.id:
                continue
            if _key(message) not in wanted:
                yield f"{self._name}: no longer used: {_singular(message)!r}"
            strings = [message.string] if isinstance(message.string, str) else message.string or ()
            if message.fuzzy or not (strings and all(strings)):
                yield f"{self._name}: not translated: {_singular(message)!r}"
            for error in message.check(known):
                yield f"{self._name}: {_singular(message)!r}: {error}"
        if self._compiled() != _strings(known):
            yield f"{self.mo.relative_to(ROOT)}: not that of its django.po"

    def _compiled(self) -> object:
        if not self.mo.exists():
            return None
        with self.mo.open("rb") as file:
            return _strings(mofile.read_mo(file))

    @property
    def _name(self) -> str:
        return str(self.po.relative_to(ROOT))


def texts_of(project: Project) -> Catalog:
    """What is marked for translation in a project."""
    found = _empty(None)
    folders = [project.folder]
    if project is SHELL:
        folders.append(ROOT / "templates")
    for folder in folders:
        for path in sorted(
            [*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.rglob("*.txt")]
        ):
            if _APART.isdisjoint(path.relative_to(folder).parts):
                _take(found, path)
    return found


def _take(found: Catalog, path: Path) -> None:
    source = path.read_text()
    if path.suffix != ".py":
        # Tags become calls of gettext, all else is blanked; in brackets no indentation counts.
        source = f"({templatize(source)}\n)"
    name = str(path.relative_to(ROOT))
    code = BytesIO(source.encode())
    options = {"encoding": "utf-8"}
    calls = extract(
        "python", code, _KEYWORDS, ("Translators:",), options=options, strip_comment_tags=True
    )
    for _, message, comments, context in calls:
        # Without numbers of lines: they would change with every edit above.
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)


def _empty(language: str | None) -> Catalog:
    return Catalog(locale=language, fuzzy=False, creation_date=_EPOCH, revision_date=_EPOCH)


def _text(catalog: Catalog) -> str:
    out = BytesIO()
    catalog.header_comment = "# Written by `make messages`; what is between the quotes is yours."
    pofile.write_po(out, catalog, width=100, sort_by_file=True, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    return "".join([line for line in lines if not line.startswith(tuple(f'"{n}:' for n in _NOISE))])


def _compiled(catalog: Catalog) -> bytes:
    out = BytesIO()
    catalog.creation_date = catalog.revision_date = _EPOCH
    mofile.write_mo(out, catalog)
    return out.getvalue()


def _is_said(message: Message) -> bool:
    """Whether it is a text, with a translation."""
    return bool(message.id and message.string and all(message.string))


def _strings(catalog: Catalog) -> dict[object, object]:
    """What Django would say for each text; a newer compiler may write it down in another way."""
    return {
        _key(message): message.string
        if isinstance(message.string, str)
        else [*(message.string or ())]
        for message in catalog
        if _is_said(message)
    }


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _key(message: Message) -> tuple[str, str | None]:
    # Babel reads a text of a .po and bytes of a .mo.
    context: str | bytes | None = message.context
    return _singular(message), context.decode() if isinstance(context, bytes) else context


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    names = [project.name for project in PROJECTS]
    parser.add_argument("projects", nargs="*", metavar="project", help=f"of {', '.join(names)}")
    parser.add_argument("--check", action="store_true", help="only say what is wrong")
    options = parser.parse_args()
    if unknown := set(options.projects) - set(names):
        sys.exit(f"No project is named {', '.join(unknown)}: there are {', '.join(names)}.")
    settings.configure(USE_I18N=True)
    problems: list[str] = []
    for project in PROJECTS:
        if options.projects and project.name not in options.projects:
            continue
        texts = texts_of(project)
        for language in LANGUAGES if len(texts) else ():
            words = Words(project, language)
            if not options.check:
                words.write(texts)
            problems += words.problems(texts)
    if problems:
        sys.exit("\n".join([*problems, "See docs/fragment-teams/locales.md."]))


if __name__ == "__main__":
    main()
