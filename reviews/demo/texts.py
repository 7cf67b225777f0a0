"""What one demonstration review says: title, text and author, tuned to its rating."""

from dataclasses import dataclass
from random import Random
from typing import Final

from .grammar import Writer, phrases

# The sentences of a review by its rating. `?` marks those that are left out half the time,
# `good` and `flaw` speak about the kind of product.
_SHAPES: Final = {
    5: ("opening", "good", "good?", "use?", "service?", "close?"),
    4: ("opening", "good", "use?", "quibble?", "close?"),
    3: ("opening", "good?", "flaw?", "quibble", "close?"),
    2: ("opening", "flaw", "quibble?", "good?", "close"),
    1: ("opening", "flaw?", "quibble", "close"),
}
_EMOJI: Final = {
    5: ("❤️", "😍", "✨", "🌿"),
    4: ("🙂", "👍"),
    3: ("🤷",),
    2: ("😕",),
    1: ("😡", "👎"),
}


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a review."""

    title: str
    body: str
    author: str
    language: str = "en"


def write(writer: Writer, random: Random, rating: int, kind: str) -> Text:
    """A review as a customer in that mood might have written it."""
    mood = phrases("english")[f"rating{rating}"]
    about = phrases("english")["kinds"][kind]
    if random.random() < 0.22:
        sentences = [writer.sentence(mood["short"])]
    else:
        sentences = [
            writer.sentence(about.get(part.rstrip("?")) or mood[part.rstrip("?")])
            for part in _SHAPES[rating]
            if not part.endswith("?") or random.random() < 0.5
        ]
    body = _in_paragraphs(sentences, random)
    return _with_manner(Text(writer.sentence(mood["title"]), body, author(random)), random, rating)


def author(random: Random) -> str:
    """A name as people give it: in full, with an initial, the first only, or invented."""
    people = phrases("people")
    given, family = random.choice(people["given"]), random.choice(people["family"])
    manner = random.random()
    if manner < 0.12:
        nickname: str = random.choice(people["nickname"])
        return nickname
    if manner < 0.40:
        return f"{given} {family}"
    if manner < 0.75:
        return f"{given} {family[0].upper()}."
    return str(given)


def _in_paragraphs(sentences: list[str], random: Random) -> str:
    if len(sentences) < 4 or random.random() < 0.5:
        return " ".join(sentences)
    cut = random.randint(2, len(sentences) - 2)
    return " ".join(sentences[:cut]) + "\n\n" + " ".join(sentences[cut:])


def _with_manner(text: Text, random: Random, rating: int) -> Text:
    """Some write without capitals, some with pictures, some cannot stop exclaiming."""
    manner = random.random()
    title, body = text.title, text.body
    if manner < 0.05:
        title, body = title.lower(), body.lower().removesuffix(".")
    elif manner < 0.11:
        body = f"{body} {random.choice(_EMOJI[rating])}"
    elif manner < 0.16 and rating in (1, 5):
        title, body = f"{title.rstrip('.')}!!", body.removesuffix(".") + "!"
    elif manner < 0.30:
        title = title.lower()
    return Text(title, body, text.author, text.language)
