"""Small texts out of phrases: which phrases there are, and filling the gaps in them."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

_HERE: Final = Path(__file__).parent
_GAP: Final = re.compile(r"{(\w+?)(_cap)?}")


@cache
def phrases(name: str) -> Mapping[str, Any]:
    """The contents of one of the phrase files beside this module."""
    return tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))


class Writer:
    """Writes phrases about one product, without saying the same sentence twice if it can."""

    def __init__(self, random: Random, kind: str) -> None:
        self._random = random
        words = phrases("english")
        self._words: dict[str, Sequence[str]] = {**words["words"], **words["kinds"][kind]}
        self._said: set[str] = set()

    def sentence(self, choices: Sequence[str]) -> str:
        """One of the choices with its gaps filled, preferably one not written before."""
        for phrase in self._random.sample(choices, len(choices)):
            text = self._fill(phrase)
            if text not in self._said:
                break
        self._said.add(text)
        return text

    def _fill(self, phrase: str) -> str:
        return _GAP.sub(self._word, phrase)

    def _word(self, gap: re.Match[str]) -> str:
        word = self._fill(self._random.choice(self._words[gap[1]]))
        return word[0].upper() + word[1:] if gap[2] else word
