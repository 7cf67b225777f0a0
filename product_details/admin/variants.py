"""The variants on the page of their product."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.admin import TabularInline

from ..models import Product, Variant
from .price import PriceField
from .stock_level import StockForm


class VariantForm(StockForm):
    """A variant, with prices as people write them."""

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

    def save_existing(self, form: Any, obj: Variant, commit: bool = True) -> Variant:
        """Write only what was changed: an order may have taken stock since the page was opened."""
        if commit:
            obj.save(update_fields=form.changed_data)
        return obj

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
    extra = 0
    min_num = 0
