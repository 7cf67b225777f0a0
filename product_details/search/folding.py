"""Words as the index has them: lower case, no accents, nothing but letters and digits."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

WORD_LENGTH: Final = 40  # longer ones are cut: nobody types them to their end
_WORD: Final = re.compile(r"[^\W_]+")
# Letters that have no accent to lose.
_LETTERS: Final = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"})

# What stands for umlauts where a keyboard has none: whoever types “gruen” means “grün”.
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def fold(text: str) -> str:
    """Return the text in lower case and without accents.

    >>> fold("Čaj für Élise, Größe")
    'caj fur elise, grosse'
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    apart = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """Return the folded words of a text, each once, in their order.

    >>> words("The lamp, the LAMP & 60 cm")
    ['the', 'lamp', '60', 'cm']
    """
    found = (word[:WORD_LENGTH] for word in _WORD.findall(fold(text)))
    return list(dict.fromkeys(found))


def spellings(text: str) -> list[str]:
    """Return the words of a text, those with umlauts also as they are written without.

    >>> spellings("Grün, größer")
    ['grun', 'grosser', 'gruen', 'groesser']
    """
    composed = unicodedata.normalize("NFKC", text).casefold()
    return list(dict.fromkeys([*words(text), *words(composed.translate(_UMLAUTS))]))


def spaced(texts: Iterable[str]) -> str:
    """Return the words of texts as documents hold them, two spaces before each.

    >>> spaced(["Tide Vase", "tall"])
    '  tide  vase  tall'
    """
    return "".join(f"  {word}" for word in spellings(" ".join(texts)))


def distance(one: str, other: str, most: int) -> int:
    """Count the letters to change, add, leave out or swap with their neighbour; at most so many.

    >>> distance("vaas", "vase", 3), distance("lampp", "lamp", 3), distance("abc", "xyz", 2)
    (2, 1, 3)
    >>> distance("calm", "clam", 2)
    1
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, counterpart in enumerate(other, start=1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != counterpart))
            swapped = i > 1 and j > 1 and one[i - 2] == counterpart and letter == other[j - 2]
            row.append(min(cost, earlier[j - 2] + 1) if swapped else cost)
    return min(row[-1], most + 1)
