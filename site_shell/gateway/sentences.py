"""What a shopper reads when an action cannot be carried out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words: TypeAlias = str | Promise

# Where that which was typed is now: in the form on the page (htmx left it alone), on the page
# about the problem (from which it can be sent again), or wherever the browser has it.
Place = Literal["form", "here", "browser"]
_KEPT: Final[Mapping[Place, Words]] = {
    "form": _("Nothing is lost: what you typed is still in the form."),
    "here": _("Nothing is lost: what you typed is kept on this page."),
    "browser": _("Please go back: your browser should still have what you typed."),
}
_LATER: Final = _("Please send it again in a few minutes.")


@dataclass(frozen=True, slots=True)
class Apology:
    """Why it did not work. ``passing``: the same thing may work in a few minutes."""

    title: Words
    reason: Words
    typed: bool = True
    passing: bool = False

    def message(self, kept: Place) -> str:
        """The reason, where the text is that was typed, and what to do."""
        parts = (self.reason, self.typed and _KEPT[kept], self.passing and _LATER)
        return " ".join(str(part) for part in parts if part)


_NOT_NOW: Final = Apology(_("That did not work"), _("We could not take it just now."), passing=True)
APOLOGIES: Final[Mapping[int, Apology]] = {
    400: Apology(_("That could not be read"), _("What was sent could not be read.")),
    403: Apology(
        _("That did not come from our shop"),
        _(
            "This was not sent from a page of our shop. "
            "Please open the page and send it from there."
        ),
        typed=False,
    ),
    404: Apology(
        _("There is nothing here"),
        _("There is nothing here that could take what was sent."),
        typed=False,
    ),
    405: Apology(
        _("That does not work here"),
        _("This address takes what forms send, and cannot be opened like a page."),
        typed=False,
    ),
    408: Apology(_("That took too long"), _("It took too long until everything had arrived.")),
    409: Apology(
        _("One moment, please"),
        _("We are still working on what you sent a moment ago."),
        passing=True,
    ),
    410: Apology(_("That is gone"), _("What this was meant for is no longer there."), typed=False),
    413: Apology(_("That is too large"), _("What was sent is larger than we can take.")),
    415: Apology(_("That could not be read"), _("What was sent is of a kind that we cannot read.")),
    422: Apology(
        _("That was sent before"),
        _("The same form was sent before, with something else in it. Please open it anew."),
    ),
    429: Apology(_("Not so fast"), _("That was too often in a short time."), passing=True),
    502: _NOT_NOW,
    503: _NOT_NOW,
    504: Apology(
        _("That took too long"), _("We do not know whether it has arrived."), passing=True
    ),
}
ARRIVED: Final = _("What you sent has arrived, but we cannot show you the answer to it just now.")
