"""The variants on the page of their product."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from unfold.admin import TabularInline

from ..models import Phrase, Product, Variant
from ..models.translation import Locale
from .price import PriceField
from .side_by_side import beside, side_by_side
from .stock_level import StockForm


class VariantForm(StockForm, side_by_side(Variant)):  # type: ignore[misc]  # made at run time
    """A variant, with prices as people write them and its values in all languages.

    A value is translated once for all that have it, so a row says only what was typed into it: the
    other rows with the same value still hold the translation from before.
    """

    price_minor = PriceField(label="Price")
    was_minor = PriceField(label="Former price", required=False)

    class Meta:
        model = Variant
        fields = (
            "sku",
            "first_value",
            "second_value",
            "colour",
            "price_minor",
            "was_minor",
            "currency",
            "stock",
            "offered",
            "position",
        )

    def said(self, code: str) -> dict[str, str]:
        """The translations that were typed here, by what they translate."""
        sent = self._sent(self._words.shared, code)
        return {self.cleaned_data.get(name) or "": text for name, text in sent.items()}

    def _sent(self, names: tuple[str, ...], code: str) -> dict[str, str]:
        sent: dict[str, str] = super()._sent(names, code)
        return {
            name: text
            for name, text in sent.items()
            if f"{name}_{code}" in self.changed_data or self._keeps(name, text, code)
        }

    def _keeps(self, name: str, text: str, code: str) -> bool:
        """Whether a value that was spelt otherwise, and is new so, keeps its translation."""
        if not text or name not in self.changed_data:
            return False
        spelt = self.cleaned_data.get(name) or ""
        return not Phrase.objects.filter(text=spelt, locale=code).exists()


class VariantFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # the same
    """What must be true of all variants of a product together."""

    def clean(self) -> None:
        """Explain what would confuse a shopper, and what to do about it."""
        super().clean()
        rows = [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if self.instance.state == Product.State.PUBLISHED and not any(
            row["offered"] for row in rows
        ):
            raise ValidationError(
                "A published product needs a variant on offer. Add one, or keep it a draft."
            )
        if len({row["currency"] for row in rows}) > 1:
            raise ValidationError("All variants of a product are priced in the same currency.")
        self._check_values(rows, "first_value", self.instance.first_option, "first")
        self._check_values(rows, "second_value", self.instance.second_option, "second")
        for code in Locale.values:
            self._check_translations(code)

    def save_existing(self, form: Any, obj: Variant, commit: bool = True) -> Variant:
        """Write only what was changed: an order may have taken stock since the page was opened."""
        if commit:
            columns = {field.name for field in Variant._meta.concrete_fields}
            obj.save(update_fields=columns.intersection(form.changed_data))
            form._save_m2m()
        return obj

    def _check_translations(self, code: str) -> None:
        said: dict[str, str] = {}
        for form in cast(list[VariantForm], self.forms):
            if not form.is_valid() or not form.cleaned_data or form.cleaned_data.get("DELETE"):
                continue
            for text, translation in form.said(code).items():
                if text and said.setdefault(text, translation) != translation:
                    raise ValidationError(
                        f"“{text}” is translated in two ways, “{said[text]}” and “{translation}”."
                        " It is called the same everywhere: choose one."
                    )

    def _check_values(
        self, rows: list[dict[str, Any]], field: str, option: str, which: str
    ) -> None:
        for row in rows:
            if option and not row[field]:
                raise ValidationError(f"{row['sku']}: enter its {option.lower()}.")
            if row[field] and not option:
                raise ValidationError(
                    f"{row['sku']}: “{row[field]}” needs a name, such as “Colour”, in the"
                    f" product's {which} option."
                )


class VariantInline(TabularInline):  # type: ignore[misc]  # unfold: untyped
    """Everything that can be bought."""

    model = Variant
    form = VariantForm
    formset = VariantFormSet
    fields = (
        *("sku", *beside("first_value"), *beside("second_value"), "colour"),
        *("price_minor", "was_minor", "currency", "stock", "offered", "position"),
    )
    extra = 0
    hide_title = True  # the row says it
    min_num = 0
