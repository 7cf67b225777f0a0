"""What the add-to-cart form asks, and what it answers until the cart itself is there."""

import json

from django import forms
from django.http import QueryDict

from .models import Product, Variant

MOST = 10


class AddToCart(forms.Form):
    """A variant and how many of it."""

    sku = forms.CharField(
        max_length=32,
        error_messages={"required": "Choose what to add first."},
    )
    quantity = forms.IntegerField(
        min_value=1,
        max_value=MOST,
        initial=1,
        error_messages={
            "required": "Enter how many you would like.",
            "invalid": "Enter how many you would like as a whole number.",
            "min_value": "Enter at least 1.",
            "max_value": f"Enter at most {MOST}; write to us for larger orders.",
        },
    )

    def __init__(self, data: QueryDict | None = None, *, variant: Variant | None = None) -> None:
        """Make the form for a variant, or check what was posted."""
        super().__init__(data)
        self.variant = variant

    def clean_sku(self) -> str:
        """Find the variant, which must be on offer in a published product."""
        sku: str = self.cleaned_data["sku"]
        self.variant = (
            Variant.objects.select_related("product")
            .filter(sku=sku, offered=True, product__state=Product.State.PUBLISHED)
            .first()
        )
        if self.variant is None:
            raise forms.ValidationError("This item is no longer in the shop.")
        return sku

    def clean(self) -> None:
        """Compare with what is in stock now, which may be less than when the page was made."""
        quantity = self.cleaned_data.get("quantity")
        if self.variant is None:
            return
        if self.variant.stock == 0:
            self.add_error(None, "Sorry, the last one has just been sold.")
        elif quantity and quantity > self.variant.stock:
            self.add_error("quantity", f"Only {self.variant.stock} left; enter at most that.")

    def event(self) -> str:
        """Return the ``HX-Trigger`` header that tells the page what was added.

        JSON escapes all but ASCII, so that the header can hold any name.
        """
        if self.variant is None:
            raise ValueError("nothing was added, so there is nothing to tell")
        variant, name = self.variant, self.variant.product.name
        detail = {
            "ref": variant.product.ref,
            "sku": variant.sku,
            "name": f"{name}, {variant.label}" if variant.label else name,
            "quantity": self.cleaned_data["quantity"],
            "price": variant.price,
        }
        return json.dumps({"cart:item-added": detail})

    @property
    def most(self) -> int:
        """How many can be asked for at once."""
        return min(MOST, self.variant.stock) if self.variant and self.variant.stock else MOST

    @property
    def problems(self) -> list[str]:
        """Every complaint, in the order of the form."""
        return [str(message) for messages in self.errors.values() for message in messages]
