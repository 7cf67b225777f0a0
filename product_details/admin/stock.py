"""Stock of all variants in one list, to be corrected in place."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from ..delivery import FEW
from ..models import Variant
from .stock_level import StockForm


class StockLevelFilter(admin.SimpleListFilter):
    """What needs attention first."""

    title = "stock"
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the levels that shoppers see."""
        return [("out", "Sold out"), ("few", f"1 to {FEW} left"), ("plenty", "In stock")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Variant]) -> QuerySet[Variant]:
        """Narrow the list to a level."""
        if self.value() == "out":
            return queryset.filter(stock=0)
        if self.value() == "few":
            return queryset.filter(stock__range=(1, FEW))
        if self.value() == "plenty":
            return queryset.filter(stock__gt=FEW)
        return queryset


@admin.register(Variant)
class StockAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """Variants come and go with their product; here their numbers are kept right."""

    list_display = ("sku", "product", "label", "price", "stock", "offered")
    list_editable = ("stock", "offered")
    list_filter = (StockLevelFilter, "offered", "product__state")
    list_select_related = ("product",)
    search_fields = ("sku", "product__name", "product__ref", "first_value", "second_value")
    ordering = ("product__ref", "position", "id")
    fields = ("sku", "stock", "offered")
    readonly_fields = ("sku",)
    list_per_page = 50
    form = StockForm

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Check the numbers of the list as those of a page."""
        return super().get_changelist_form(request, form=StockForm, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Variants are added on the page of their product."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Variant | None = None) -> bool:
        """Variants are deleted on the page of their product."""
        return False

    def save_model(self, request: HttpRequest, obj: Variant, form: Any, change: bool) -> None:
        """Write only what was changed: an order may have taken stock since the page was opened."""
        obj.save(update_fields=form.changed_data)
