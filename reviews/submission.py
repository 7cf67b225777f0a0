"""What a shopper sends: the form that checks it, and storing it exactly once."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from .models import PRODUCT_MAX_LENGTH, PRODUCT_PATTERN, Review
from .return_path import MAX_LENGTH as RETURN_MAX_LENGTH
from .return_path import is_return_path

SAME_WITHIN: Final = timedelta(minutes=5)
RATINGS: Final = {1: "Poor", 2: "Fair", 3: "Good", 4: "Very good", 5: "Excellent"}
_NUL: Final = "\0"


class WrittenField(forms.CharField):
    """Text that a person typed, brought into one form before it is measured and kept.

    Browsers send line breaks as two characters where they counted one. Control characters
    show nothing and break XML and terminals; they go. NUL stays, for Django to refuse.
    """

    def to_python(self, value: Any) -> str:
        """Return the text with plain line breaks and without control characters."""
        text = unicodedata.normalize("NFC", super().to_python(value) or "")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        kept = "\n\t" + _NUL if isinstance(self.widget, forms.Textarea) else _NUL
        text = "".join(
            char if char in kept or unicodedata.category(char) != "Cc" else " " for char in text
        )
        return text.strip()

    def validate(self, value: str) -> None:
        """Refuse text of which nothing can be seen, such as zero-width spaces."""
        visible = any(unicodedata.category(char)[0] in "LNPS" for char in value)
        super().validate(value if visible or _NUL in value else "")


class SubmissionForm(forms.Form):
    """The review form. ``product`` and ``return_to`` come from the page, not from typing."""

    product = forms.RegexField(
        rf"\A{PRODUCT_PATTERN}\Z", max_length=PRODUCT_MAX_LENGTH, widget=forms.HiddenInput
    )
    return_to = forms.CharField(max_length=RETURN_MAX_LENGTH, strip=False, widget=forms.HiddenInput)
    rating = forms.TypedChoiceField(
        label="Your rating",
        choices=list(RATINGS.items()),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a rating from 1 to 5 stars.",
            "invalid_choice": "Choose a rating from 1 to 5 stars.",
        },
    )
    title = WrittenField(
        label="Title",
        max_length=120,
        widget=forms.TextInput(attrs={"class": "field__input", "autocomplete": "off"}),
        error_messages={"required": "Give your review a title."},
    )
    body = WrittenField(
        label="Your review",
        max_length=5_000,
        widget=forms.Textarea(attrs={"class": "field__input", "rows": 6}),
        help_text="What do you like about it, and what not?",
        error_messages={"required": "Write what you think of the product."},
    )
    author = WrittenField(
        label="Your name",
        max_length=60,
        widget=forms.TextInput(attrs={"class": "field__input", "autocomplete": "nickname"}),
        help_text="Shown with your review.",
        error_messages={"required": "Tell us the name to show with your review."},
    )
    # People do not see this one; programs that fill in every field do.
    website = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial, auto_id="review-%s")

    def clean_return_to(self) -> str:
        """Accept a path of this site only, so that the answer is no open redirect."""
        return_to: str = self.cleaned_data["return_to"]
        if not is_return_path(return_to):
            raise forms.ValidationError("Must be a path of this site, such as /products/h1001/.")
        return return_to

    @property
    def tampering(self) -> str | None:
        """What is wrong with a field that no shopper can have typed, if there is such a one."""
        for name in ("product", "return_to"):
            if name in self.errors:
                return f"{name}: {self.errors[name][0]}"
        return None

    @property
    def from_a_program(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.cleaned_data["website"])

    def typed(self) -> list[BoundField]:
        """The fields for text, in the order of the form."""
        return [self[name] for name in ("title", "body", "author")]

    def mistaken(self) -> list[BoundField]:
        """The fields with a mistake that a shopper can mend, in the order of the form."""
        return [field for field in (self["rating"], *self.typed()) if field.errors]


def receive(form: SubmissionForm, *, now: datetime | None = None) -> None:
    """Keep a valid submission for moderation; the same one again within minutes is dropped.

    A program that fell for the hidden field is told the same as everyone, and nothing is kept.
    """
    if form.from_a_program:
        return
    content = {name: form.cleaned_data[name] for name in ("product", "rating", "title", "body")}
    content["author"] = form.cleaned_data["author"]
    spell = int((now or timezone.now()).timestamp() // SAME_WITHIN.total_seconds())
    current, previous = (_digest(content, number) for number in (spell, spell - 1))
    if not Review.objects.filter(submission=previous).exists():
        Review.objects.get_or_create(submission=current, defaults=content)


def _digest(content: dict[str, Any], spell: int) -> str:
    return hashlib.sha256(json.dumps([content, spell], sort_keys=True).encode()).hexdigest()
