"""The checkout's form: what is asked, and whether the answers make sense together."""

import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .catalogue import Store
from .models import Order
from .payment import ACCEPTED, METHODS
from .placing import Wishes

Method = Order.Method
# https://www.gov.uk/government/publications/bulk-data-transfer-for-sponsors-xml-schema, relaxed.
_POSTCODE: Final = re.compile(r"(GIR ?0AA|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})")
_PHONE: Final = re.compile(r"[+0-9][0-9 ()/.-]{4,28}")
ADDRESS: Final = ("street", "extra", "city", "postcode")


class TypedField(forms.CharField):
    """A line that a person typed: no control characters, and something to be seen."""

    def to_python(self, value: Any) -> str:
        """Return the text with everything that shows nothing made into spaces."""
        text = unicodedata.normalize("NFC", super().to_python(value) or "")
        # NUL stays, for Django to refuse.
        shown = (
            " "
            if (unicodedata.category(char) in _UNSEEN and char != "\0") or char in _TURNING
            else char
            for char in text
        )
        return " ".join("".join(shown).split())

    def validate(self, value: str) -> None:
        """Refuse a text of which nothing can be seen, such as zero-width spaces."""
        visible = any(unicodedata.category(char)[0] in "LNPS" for char in value)
        super().validate(value if visible or "\0" in value else "")


# Control characters, line and paragraph separators, and halves of pairs.
_UNSEEN: Final = frozenset({"Cc", "Zl", "Zp", "Cs"})
# What turns the direction of all that follows, also of what others write on a label behind it:
# https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings and the overrides, isolates.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _text(label: Any, complete: str, most: int, **options: Any) -> TypedField:
    """A field for one line. ``complete`` is its autocomplete token, as WCAG 1.3.5 asks."""
    hints = {"class": "field__input", "autocomplete": complete, **options.pop("attrs", {})}
    return TypedField(label=label, max_length=most, widget=forms.TextInput(hints), **options)


class CheckoutForm(forms.Form):
    """Contact, delivery or collection, and payment, on one page.

    ``key`` and ``seen`` come from the page: which checkout it is, and what was shown in it.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)
    name = _text(_("Your name"), "name", 100, error_messages={"required": _("Enter your name.")})
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        help_text=_("We send the confirmation there."),
        widget=forms.EmailInput({"class": "field__input", "autocomplete": "email"}),
        error_messages={
            "required": _("Enter your email address."),
            "invalid": _("Enter an email address such as name@example.com."),
        },
    )
    phone = _text(
        _("Telephone (optional)"),
        "tel",
        30,
        required=False,
        help_text=_("For the people who bring it."),
        attrs={"inputmode": "tel"},
    )
    method = forms.ChoiceField(
        label=_("How would you like to get it?"),
        choices=[(Method.DELIVERY, _("Send it to me")), (Method.PICKUP, _("I collect it"))],
        initial=Method.DELIVERY,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose delivery or collection."),
            "invalid_choice": _("Choose delivery or collection."),
        },
    )
    street = _text(_("House number and street"), "shipping address-line1", 120, required=False)
    extra = _text(
        _("Flat, floor or company (optional)"), "shipping address-line2", 120, required=False
    )
    city = _text(_("Town or city"), "shipping address-level2", 80, required=False)
    postcode = _text(
        _("Postcode"), "shipping postal-code", 10, required=False, attrs={"spellcheck": "false"}
    )
    store = forms.ChoiceField(
        label=_("Shop to collect it from"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of our shops.")},
    )
    payment = forms.ChoiceField(
        label=_("Payment"),
        choices=METHODS,
        initial=ACCEPTED,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how to pay."),
            "invalid_choice": _("Choose how to pay."),
        },
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        stores: Sequence[Store] = (),
        initial: dict[str, Any] | None = None,
    ) -> None:
        """Make the form with the shops there are, or check what was posted."""
        super().__init__(data, initial=initial, auto_id="checkout-%s")
        self.stores = {store.ref: store for store in stores}
        choice = self.fields["store"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(store.ref, store.name) for store in stores]
        for name, field in self.fields.items():
            if (
                self.is_bound
                and self[name].errors
                and not isinstance(field.widget, forms.RadioSelect)
            ):
                field.widget.attrs["aria-invalid"] = "true"

    def clean_phone(self) -> str:
        """Accept what could be dialled."""
        phone: str = self.cleaned_data["phone"]
        if phone and not _PHONE.fullmatch(phone):
            raise forms.ValidationError(_("Enter a telephone number such as 020 7946 0018."))
        return phone

    def clean_postcode(self) -> str:
        """Bring a postcode into its usual form."""
        postcode: str = self.cleaned_data["postcode"].upper()
        if self.data.get("method") != Method.DELIVERY or not postcode:
            return postcode
        if not _POSTCODE.fullmatch(postcode):
            raise forms.ValidationError(_("Enter a postcode such as EC1A 1BB."))
        return f"{postcode[:-3].strip()} {postcode[-3:]}"

    def clean(self) -> None:
        """Ask for the address or for the shop, whichever is needed."""
        method = self.cleaned_data.get("method")
        if method == Method.DELIVERY:
            needed = {
                "street": _("Enter the house number and street."),
                "city": _("Enter the town or city."),
                "postcode": _("Enter the postcode."),
            }
        else:
            needed = {"store": _("Choose a shop to collect it from.")} if method else {}
        for name, complaint in needed.items():
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, complaint)

    @property
    def is_tampered(self) -> bool:
        """Whether a field is wrong that no shopper can have typed."""
        return "key" in self.errors or "seen" in self.errors

    @property
    def key_value(self) -> uuid.UUID:
        """Which checkout it is; of a valid form."""
        key: uuid.UUID = self.cleaned_data["key"]
        return key

    def mistaken(self) -> list[BoundField]:
        """The fields with a mistake that a shopper can mend, in the order of the form."""
        return [field for field in self.visible_fields() if field.errors]

    def wishes(self) -> Wishes:
        """What a valid form says, without what the other way of getting it would need."""
        data = self.cleaned_data
        sent = data["method"] == Method.DELIVERY
        address = {name: data[name] if sent else "" for name in ADDRESS}
        store = None if sent else self.stores[data["store"]]
        return Wishes(
            name=data["name"],
            email=data["email"],
            phone=data["phone"],
            method="delivery" if sent else "pickup",
            store_ref=store.ref if store else "",
            store_address=store.address if store else "",
            payment_method=data["payment"],
            locale=get_language() or "",
            **address,
        )
