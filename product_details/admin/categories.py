"""Editing the category tree."""

from typing import ClassVar

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from .. import addresses
from ..models import Category
from .side_by_side import beside, side_by_side
from .translations import TranslatedAdmin, TranslatedFilter


@admin.register(Category)
class CategoryAdmin(TranslatedAdmin):
    """The tree, in the order of its addresses."""

    list_display = ("__str__", "path", "position", "product_count", "lacking")
    list_filter = (TranslatedFilter,)
    list_editable = ("position",)
    list_select_related = ("parent__parent",)
    search_fields = ("name", "path")
    ordering = ("path",)
    autocomplete_fields = ("parent",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    fields = ("parent", beside("name"), "slug", beside("summary"), "position")
    form = side_by_side(Category)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        """Count the products along, in the same query."""
        categories: QuerySet[Category] = super().get_queryset(request)
        return categories.annotate(product_count=Count("products"))

    @admin.display(description="products", ordering="product_count")
    def product_count(self, category: Category) -> int:
        """How many products lie directly in the category, drafts included."""
        count: int = getattr(category, "product_count", 0)
        return count

    def view_on_site(self, category: Category) -> str:
        """Lead to the list in the shop."""
        return f"{settings.SHOP_URL.rstrip('/')}{addresses.category_path(category.path)}"
