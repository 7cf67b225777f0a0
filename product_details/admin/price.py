"""Prices as editors type them, kept as integers."""

from decimal import Decimal
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminDecimalFieldWidget

_CENT = Decimal("0.01")


class PriceField(forms.DecimalField):
    """``49.50`` in the form, ``4950`` in the model. All offered currencies have two decimals."""

    def __init__(self, **kwargs: Any) -> None:
        """Ask for an amount from one cent up to what the column can hold."""
        kwargs.setdefault("widget", UnfoldAdminDecimalFieldWidget)
        super().__init__(min_value=_CENT, max_digits=9, decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored amount in pounds; leave what was typed as it was typed."""
        return Decimal(value).scaleb(-2) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Turn what was typed into minor units."""
        amount = super().clean(value)
        return None if amount is None else int(amount.scaleb(2))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare amounts, not their spelling."""
        return super().has_changed(self.prepare_value(initial), data)
