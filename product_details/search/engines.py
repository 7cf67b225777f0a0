"""What differs between databases: how three letters in a row are indexed, and how one asks."""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from django.db import connections
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from ..models import SearchDocument, SearchWord

COLUMNS: Final = ("title", "keywords", "body")
_DOCUMENTS: Final = SearchDocument._meta.db_table
_WORDS: Final = SearchWord._meta.db_table
_TRIGRAM: Final = 3


class Engine(Protocol):
    """A database that can search."""

    def prepare(self) -> Sequence[str]:
        """Return the statements that make the indexes; done twice they change nothing."""

    def holding(self, text: str) -> QuerySet[SearchDocument]:
        """Return the documents that hold a text of three characters or more anywhere."""

    def resembling(self, word: str) -> QuerySet[SearchWord]:
        """Return the rows of words that have three letters in a row in common with this one."""


class Sqlite:
    """FTS5's trigram index, kept by triggers."""

    def prepare(self) -> Sequence[str]:
        """Return the two indexes with three triggers each, and fill them."""
        return [
            *_sqlite_index(f"{_DOCUMENTS}_fts", _DOCUMENTS, COLUMNS),
            *_sqlite_index(f"{_WORDS}_fts", _WORDS, ("word",)),
        ]

    def holding(self, text: str) -> QuerySet[SearchDocument]:
        """Ask for a phrase; quoted, so that nothing in it is an operator."""
        return SearchDocument.objects.filter(pk__in=_matching(_DOCUMENTS, [text]))

    def resembling(self, word: str) -> QuerySet[SearchWord]:
        """Ask for any of the word's trigrams."""
        return SearchWord.objects.filter(pk__in=_matching(_WORDS, trigrams(word)))


class Postgresql:
    """pg_trgm's index."""

    def prepare(self) -> Sequence[str]:
        """Return the extension (which the database's owner may create) and two indexes."""
        return [
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            *(
                f"CREATE INDEX IF NOT EXISTS {_DOCUMENTS}_{column}_trgm ON {_DOCUMENTS}"
                f" USING gin ({column} gin_trgm_ops)"
                for column in COLUMNS
            ),
            f"CREATE INDEX IF NOT EXISTS {_WORDS}_trgm ON {_WORDS} USING gin (word gin_trgm_ops)",
        ]

    def holding(self, text: str) -> QuerySet[SearchDocument]:
        """Ask each column; LIKE goes by the index."""
        asked = Q()
        for column in COLUMNS:
            asked |= Q(**{f"{column}__contains": text})
        return SearchDocument.objects.filter(asked)

    def resembling(self, word: str) -> QuerySet[SearchWord]:
        """Ask for any of the word's trigrams."""
        asked = Q()
        for trigram in trigrams(word):
            asked |= Q(word__contains=trigram)
        return SearchWord.objects.filter(asked)


def engine(using: str = "default") -> Engine:
    """Return how the database in use is asked. Raises KeyError for one that cannot search."""
    engines: dict[str, Engine] = {"sqlite": Sqlite(), "postgresql": Postgresql()}
    return engines[connections[using].vendor]


def padded_word(word: str) -> str:
    """Return the word as its row holds it: so its edges have trigrams of their own."""
    return f"  {word} "


def trigrams(word: str) -> list[str]:
    """Return every three letters in a row of a word, its edges (as spaces) included.

    >>> trigrams("vase")
    ['  v', ' va', 'vas', 'ase', 'se ']
    """
    padded = padded_word(word)
    return [padded[n : n + _TRIGRAM] for n in range(len(padded) - _TRIGRAM + 1)]


def _matching(table: str, phrases: Iterable[str]) -> RawSQL:
    # A quote inside of quotes is doubled: https://www.sqlite.org/fts5.html#fts5_strings
    query = " OR ".join('"{}"'.format(phrase.replace('"', '""')) for phrase in phrases)
    return RawSQL(f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s", [query])  # noqa: S608, S611  # our own table's name; the query is a parameter


def _sqlite_index(index: str, table: str, columns: Sequence[str]) -> list[str]:
    names = ", ".join(columns)
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("old", "new"))
    into = f"INSERT INTO {index}"  # our own names, here and below: nothing comes from outside
    add = f"{into}(rowid, {names}) VALUES (new.id, {new});"
    # An index without content of its own has to be told what it forgets.
    forget = f"{into}({index}, rowid, {names}) VALUES ('delete', old.id, {old});"
    return [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {index} USING fts5({names}, content='{table}',"
        " content_rowid='id', tokenize='trigram')",
        *(f"DROP TRIGGER IF EXISTS {index}_{event}" for event in ("insert", "delete", "update")),
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {forget} END",
        f"CREATE TRIGGER {index}_update AFTER UPDATE ON {table} BEGIN {forget} {add} END",
        f"{into}({index}) VALUES ('rebuild')",
    ]
