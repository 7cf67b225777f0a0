"""The words of the shop's other languages: on the page of what they are about, and short ones."""

from typing import Any

from django.contrib import admin
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from ..models import CategoryTranslation, Phrase, ProductTranslation
from .description import DescriptionEditor


class ProductTranslationInline(StackedInline):  # type: ignore[misc]  # unfold: untyped
    """A product in another language. What is left empty is shown in the original."""

    model = ProductTranslation
    fields = ("locale", "name", "summary", "highlights", "description")
    extra = 0

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        """Give translated descriptions the editor that the original has."""
        kwargs.setdefault("widgets", {"description": DescriptionEditor})
        return super().get_formset(request, obj, **kwargs)


class CategoryTranslationInline(TabularInline):  # type: ignore[misc]  # unfold: untyped
    """A category in another language."""

    model = CategoryTranslation
    fields = ("locale", "name", "summary")
    extra = 0


@admin.register(Phrase)
class PhraseAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """Colours, materials, options and their values, translated once for all products."""

    list_display = ("text", "locale", "translation")
    list_editable = ("translation",)
    list_filter = ("locale",)
    list_per_page = 100
    search_fields = ("text", "translation")
