"""Editing what the first page draws attention to."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from ..models import Teaser


@admin.register(Teaser)
class TeaserAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """Teasers, in the order of the first page; it shows the first three of a language."""

    list_display = ("title", "locale", "path", "shown_from", "shown_until", "position")
    list_editable = ("position",)
    list_filter = ("locale",)
    search_fields = ("title", "text")
    autocomplete_fields = ("picture_of",)
    fieldsets = (
        (None, {"fields": ("title", "text", "picture_of", "locale", "position")}),
        ("Leads to", {"fields": ("path", "link_text")}),
        ("Shown", {"fields": ("shown_from", "shown_until")}),
    )
