"""What a shopper reads when an action cannot be carried out: title and message by status."""

from collections.abc import Mapping
from typing import Final

_KEPT: Final = "Nothing is lost: go back, and what you typed is still in the form."
_LATER: Final = "Please send it again in a few minutes."

SENTENCES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("That could not be read", f"What was sent could not be read. {_KEPT}"),
    403: (
        "That did not come from our shop",
        "This was not sent from a page of our shop. Please open the page and send it from there.",
    ),
    404: ("There is nothing here", "There is nothing here that could take what was sent."),
    405: (
        "That does not work here",
        "This address takes what forms send, and cannot be opened like a page.",
    ),
    408: ("That took too long", f"It took too long until everything had arrived. {_KEPT}"),
    410: ("That is gone", "What this was meant for is no longer there."),
    413: ("That is too large", f"What was sent is larger than we can take. {_KEPT}"),
    415: ("That could not be read", f"What was sent is of a kind that we cannot read. {_KEPT}"),
    429: ("Not so fast", f"That was too often in a short time. {_KEPT} {_LATER}"),
    502: ("That did not work", f"We could not take it just now. {_KEPT} {_LATER}"),
    503: ("That did not work", f"We could not take it just now. {_KEPT} {_LATER}"),
    504: ("That took too long", f"We do not know whether it has arrived. {_KEPT} {_LATER}"),
}

ARRIVED: Final = "What you sent has arrived, but we cannot show you the answer to it just now."
