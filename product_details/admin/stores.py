"""Editing the stores."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import TabularInline

from .. import opening
from ..models import OpeningHours, Store
from .side_by_side import beside, side_by_side
from .translations import TranslatedAdmin, TranslatedFilter


class HoursInline(TabularInline):  # type: ignore[misc]  # unfold: untyped
    """When the store is open; a day without a row is a day when it is closed."""

    model = OpeningHours
    fields = ("weekday", "opens", "closes")
    extra = 0
    hide_title = True  # the row says it


@admin.register(Store)
class StoreAdmin(TranslatedAdmin):
    """Where shoppers can look around and collect orders."""

    list_display = ("name", "city", "when", "open", "position", "lacking")
    list_filter = (TranslatedFilter,)
    form = side_by_side(Store)
    list_editable = ("open", "position")
    search_fields = ("name", "city", "postcode", "ref")
    inlines = (HoursInline,)
    fieldsets = (
        (None, {"fields": (beside("name"), "ref", beside("summary"), "open", "position")}),
        ("Address", {"fields": ("street", "postcode", "city", "country", "telephone")}),
        ("On the map", {"fields": ("latitude", "longitude")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Store | None = None) -> list[str]:
        """Let nobody change a reference that orders already name."""
        return ["ref"] if obj else []

    @admin.display(description="opening hours")
    def when(self, store: Store) -> str:
        """Tell the hours in a line."""
        return opening.in_one_line(store.hours.all())
