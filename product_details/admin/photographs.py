"""The photographs on the page of their product."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline

from ..models import Photograph
from .side_by_side import beside, side_by_side

_FIRST_VALUE = re.compile(r"variants-[0-9]+-first_value")


def thumbnail(photograph: Photograph | None) -> SafeString | str:
    """Return a small picture for a list, or nothing."""
    if photograph is None or not photograph.image:
        return ""
    return format_html(
        '<img src="{}" alt="" width="56" height="56" loading="lazy">', photograph.picture.smallest
    )


class PhotographFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # not generic
    """What must be true of photographs and variants together."""

    def clean(self) -> None:
        """Refuse a photograph of a colour that the product does not come in."""
        super().clean()
        values = {
            str(value).strip() for name, value in self.data.items() if _FIRST_VALUE.fullmatch(name)
        }
        for form in self.forms:
            value = getattr(form, "cleaned_data", {}).get("only_for")
            if value and value not in values:
                legal = ", ".join(sorted(values - {""})) or "none: the variants have no values"
                raise ValidationError(
                    f"A photograph is only for “{value}”, which no variant has. Values: {legal}."
                )


class PhotographInline(TabularInline):  # type: ignore[misc]  # unfold: untyped
    """The pictures of a product, in their order."""

    model = Photograph
    formset = PhotographFormSet
    form = side_by_side(Photograph)
    fields = ("image", *beside("alt"), "only_for", "position")
    extra = 0
    hide_title = True  # the row says it
