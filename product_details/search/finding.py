"""From what a shopper typed to products, best first, and what was taken for a misspelling."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from ..models import SearchDocument
from . import folding
from .engines import engine

QUERY_LENGTH: Final = 100
_TERMS: Final = 6  # words of a query that count
_SHORT: Final = 3  # words up to here are only looked for at the beginning of words
_ALTERNATIVES: Final = 3
_CANDIDATES: Final = 400
# What a word is worth where it is found: in the name, among the keywords, anywhere else.
_WORTH: Final = {"title": 12, "keywords": 5, "body": 1}


@dataclass(frozen=True, slots=True)
class Found:
    """The products that match, by key, with what each is worth.

    ``instead`` is what was searched for where something was misspelt, else empty; ``partly`` says
    that no product has all the words, and that these have some.
    """

    worth: dict[int, int]
    instead: str = ""
    partly: bool = False


@dataclass(frozen=True, slots=True)
class _Term:
    """A word of the query, and the spellings that stand for it."""

    word: str
    spellings: tuple[str, ...]

    @property
    def shown(self) -> str:
        return self.word if self.word in self.spellings else self.spellings[0]


def counted(query: str) -> str:
    """Return the beginning of a query that is searched for, up to the end of a word.

    >>> counted("a tall  blue vase, made of clay, for tulips")
    'a tall blue vase, made of'
    """
    kept: list[str] = []
    for part in query[:QUERY_LENGTH].split():
        if kept and len(folding.words(" ".join([*kept, part]))) > _TERMS:
            break
        kept.append(part)
    return " ".join(kept)


def find(query: str) -> Found | None:
    """Search; None if the query has no words in it."""
    words = folding.words(counted(query))[:_TERMS]
    if not words:
        return None
    terms = [_understand(word) for word in words]
    understood = [term for term in terms if term.spellings]
    if not understood:
        return Found({})
    instead = " ".join(term.shown for term in understood)
    corrected = instead if any(t.word not in t.spellings for t in understood) else ""
    worth = _search(understood, all_of_them=True) if len(understood) == len(terms) else {}
    if worth or len(terms) == 1:
        return Found(worth, corrected)
    return Found(_search(understood, all_of_them=False), corrected, partly=True)


def _understand(word: str) -> _Term:
    """Find out which spellings of a word the shop uses: itself, its singular, or near ones."""
    forms = [word, *_singulars(word)]
    known = [form for form in forms if _holding(form).exists()]
    return _Term(word, tuple(known) or _nearest(word))


def _singulars(word: str) -> list[str]:
    """Leave out the endings of plurals, English and German: enough where words are compared whole.

    The longer the ending, the longer the word must be, or “teller” would find “tell”.

    >>> _singulars("vases"), _singulars("vasen"), _singulars("gas")
    (['vase'], ['vase'], [])
    >>> _singulars("stuhle"), _singulars("handtucher")
    (['stuhl'], ['handtuch'])
    """
    if len(word) > _SHORT and word[-1] in "sn":
        return [word[:-1]]
    for ending, least in (("er", 9), ("e", 6)):
        if word.endswith(ending) and len(word) >= least:
            return [word.removesuffix(ending)]
    return []


def _nearest(word: str) -> tuple[str, ...]:
    """Return the shop's words with the fewest letters changed, the most usual first."""
    most = 0 if len(word) < _SHORT else 1 if len(word) == _SHORT else 2
    if not most:
        return ()
    rows = engine().resembling(word).values("word").annotate(uses=Count("pk"))
    near: list[tuple[tuple[int, bool], int, str]] = []
    for row in rows.order_by("-uses", "word")[:_CANDIDATES]:
        candidate: str = row["word"].strip()
        steps = folding.distance(word, candidate, most)
        if steps <= most:
            near.append(((steps, candidate[0] != word[0]), -row["uses"], candidate))
    near.sort()
    return tuple(name for how, _, name in near if how == near[0][0])[:_ALTERNATIVES]


def _holding(form: str) -> QuerySet[SearchDocument]:
    return engine().holding(_needle(form))


def _needle(form: str) -> str:
    """A short word must begin one: “red” is not in “hundred”. Two spaces are before each."""
    return f"  {form}" if len(form) <= _SHORT else form


def _search(terms: Sequence[_Term], *, all_of_them: bool) -> dict[int, int]:
    asked = Q()
    worth: Combinable = Value(0)
    for term in terms:
        any_spelling = Q()
        for form in term.spellings:
            any_spelling |= Q(pk__in=_holding(form).values("pk"))
        asked = asked & any_spelling if all_of_them else asked | any_spelling
        worth = worth + _worth(term)
    rows = SearchDocument.objects.filter(asked).annotate(worth=worth)
    return dict(rows.values_list("product_id", "worth"))


def _worth(term: _Term) -> Combinable:
    """Add up where a term is found; at the beginning of a word it is worth twice as much."""
    total: Combinable = Value(0)
    for column, points in _WORTH.items():
        begins, holds = Q(), Q()
        for form in term.spellings:
            begins |= Q(**{f"{column}__contains": f"  {form}"})
            holds |= Q(**{f"{column}__contains": _needle(form)})
        total = total + Case(
            When(begins, then=2 * points),
            When(holds, then=points),
            default=0,
            output_field=IntegerField(),
        )
    return total
