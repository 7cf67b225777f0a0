"""Stock as editors type it, while orders take of it."""

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from ..models import Variant


class StockForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Takes a number for the stock only if it is still the one that the editor saw.

    The page carries along what it showed; a form that leaves it alone writes nothing.
    """

    stock = forms.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        initial=0,
        widget=UnfoldAdminIntegerFieldWidget,
        show_hidden_initial=True,
    )

    class Meta:
        model = Variant
        fields = ("stock",)

    def clean_stock(self) -> int:
        """Refuse to overwrite what was sold or given back since the page was made."""
        typed: int = self.cleaned_data["stock"]
        shown = self.data.get(self["stock"].html_initial_name)
        now = Variant.objects.filter(pk=self.instance.pk).values_list("stock", flat=True).first()
        if "stock" not in self.changed_data or now is None or shown in (None, str(now)):
            return typed
        raise ValidationError(f"Meanwhile the stock has become {now}: look again, and correct it.")
