"""What orders have set aside: to look at, and to give back what an order left behind."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet, Sum
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from .. import stock
from ..models import Reservation, ReservedLine


class LineInline(TabularInline):  # type: ignore[misc]  # unfold: untyped
    """The things of one order."""

    model = ReservedLine
    fields = readonly_fields = ("sku", "quantity", "price_minor", "currency")
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only orders reserve."""
        return False


@admin.register(Reservation)
class ReservationAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """Reservations are made and released by the service that takes orders."""

    list_display = ("key", "created_at", "units", "released_at")
    list_filter = ("created_at", ("released_at", admin.EmptyFieldListFilter))
    search_fields = ("key", "lines__sku")
    fields = readonly_fields = ("key", "created_at", "released_at")
    inlines = (LineInline,)
    actions = ("give_back",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reservation]:
        """Count the things along, in the same query."""
        reservations: QuerySet[Reservation] = super().get_queryset(request)
        return reservations.annotate(unit_count=Sum("lines__quantity"))

    @admin.display(description="units", ordering="unit_count")
    def units(self, reservation: Reservation) -> int:
        """How many things are set aside."""
        return getattr(reservation, "unit_count", None) or 0

    @admin.action(description="Give back to stock", permissions=["change"])
    def give_back(self, request: HttpRequest, reservations: QuerySet[Reservation]) -> None:
        """Release the ticked reservations: for orders that were never placed or are cancelled."""
        for key in reservations.order_by("key").values_list("key", flat=True):
            stock.release(key)
        self.message_user(request, "Their things are in stock again.", messages.SUCCESS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only orders reserve."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Reservation | None = None) -> bool:
        """A key that was used must stay known."""
        return False
