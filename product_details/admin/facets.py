"""Editing what shoppers narrow lists down by."""

from typing import ClassVar

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..models import Colour, Material
from .side_by_side import beside, side_by_side
from .translations import TranslatedAdmin, TranslatedFilter


@admin.register(Colour)
class ColourAdmin(TranslatedAdmin):
    """The colours that shoppers look for; each variant names one."""

    list_display = ("name", "sample", "slug", "position", "lacking")
    list_filter = (TranslatedFilter,)
    list_editable = ("position",)
    search_fields = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    fields = (beside("name"), "slug", "swatch", "position")
    form = side_by_side(Colour)

    @admin.display(description="")
    def sample(self, colour: Colour) -> SafeString:
        """Show what it looks like."""
        return format_html(
            '<svg width="24" height="24" role="img" aria-label="{}"><circle cx="12" cy="12" r="11"'
            ' fill="{}" stroke="#888"/></svg>',
            colour.swatch,
            colour.swatch,
        )


@admin.register(Material)
class MaterialAdmin(TranslatedAdmin):
    """What products are made of; each product names some."""

    list_display = ("name", "slug", "position", "lacking")
    list_filter = (TranslatedFilter,)
    list_editable = ("position",)
    search_fields = ("name",)
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    fields = (beside("name"), "slug", "position")
    form = side_by_side(Material)
