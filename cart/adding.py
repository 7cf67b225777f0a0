"""The form that adds an article, and the words for why it may not work."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .carts import CannotAdd
from .models import MOST, MOST_LINES


class AddForm(forms.Form):
    """An article and how many of it."""

    sku = forms.CharField(
        max_length=32,
        error_messages={
            "required": gettext_lazy("Choose what to add first."),
            "max_length": gettext_lazy("This item is no longer in the shop."),
        },
    )
    quantity = forms.IntegerField(
        min_value=1,
        max_value=MOST,
        error_messages={
            "required": gettext_lazy("Enter how many you would like."),
            "invalid": gettext_lazy("Enter how many you would like as a whole number."),
            "min_value": gettext_lazy("Enter at least 1."),
            "max_value": gettext_lazy(
                "Enter at most %(limit_value)s; write to us for larger orders."
            ),
        },
    )

    @property
    def problems(self) -> list[str]:
        """Every complaint, in the order of the form."""
        return [str(message) for messages in self.errors.values() for message in messages]


UNREACHABLE = gettext_lazy(
    "We cannot look up price and stock at the moment, so nothing was added. "
    "Please try again in a minute."
)


def why_not(refusal: CannotAdd) -> str:
    """Why something cannot be added, and what would work."""
    there, limit = refusal.there, refusal.limit
    match refusal.reason:
        case "gone":
            return _("This item is no longer in the shop.")
        case "sold-out":
            return _("Sorry, the last one has just been sold.")
        case "stock" if there >= limit:
            return _("All that there are of it are in your cart already.")
        case "stock" if there:
            return _(
                "Only %(limit)d left, and %(there)d in your cart already: add at most %(more)d."
            ) % {"limit": limit, "there": there, "more": limit - there}
        case "stock":
            return _("Only %(limit)d left; enter at most that.") % {"limit": limit}
        case "most":
            return _(
                "You have %(there)d in your cart already, and %(limit)d of one kind are the most; "
                "write to us for larger orders."
            ) % {"there": there, "limit": limit}
        case "currency":
            return _("This cannot be ordered together with what is in your cart: another currency.")
    return _("Your cart is full: it holds %(limit)d different things.") % {"limit": MOST_LINES}
