"""Editing what the first page draws attention to."""

from django.contrib import admin

from ..models import Teaser
from .side_by_side import beside, side_by_side
from .translations import TranslatedAdmin, TranslatedFilter


@admin.register(Teaser)
class TeaserAdmin(TranslatedAdmin):
    """Teasers, in the order of the first page; it shows the first three of a language."""

    list_display = ("title", "locale", "path", "shown_from", "shown_until", "position", "lacking")
    list_editable = ("position",)
    list_filter = ("locale", TranslatedFilter)
    form = side_by_side(Teaser)
    search_fields = ("title", "text")
    autocomplete_fields = ("picture_of",)
    fieldsets = (
        (None, {"fields": (beside("title"), beside("text"), "picture_of", "locale", "position")}),
        ("Leads to", {"fields": ("path", beside("link_text"))}),
        ("Shown", {"fields": ("shown_from", "shown_until")}),
    )
