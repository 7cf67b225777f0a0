"""The desk where orders are looked after."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from . import fulfilment, outbox
from .catalogue import catalogue
from .models import Letter, Order, OrderLine
from .money import format_money
from .payment import payment

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # unfold: untyped
    """Django's user administration in the look of the rest."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """Django's group administration in the look of the rest."""


class LineInline(TabularInline):  # type: ignore[misc]  # unfold: untyped
    """The articles of an order: a record, not to be edited."""

    model = OrderLine
    fields = ("full_name", "sku", "quantity", "each", "together")
    readonly_fields = fields
    extra = 0
    can_delete = False
    hide_title = True  # the row says it

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds to what was agreed."""
        return False

    @admin.display(description="each")
    def each(self, line: OrderLine) -> str:
        """What one costs."""
        return format_money(line.price_minor, line.order.currency)

    @admin.display(description="together")
    def together(self, line: OrderLine) -> str:
        """What all of them cost."""
        return format_money(line.total_minor, line.order.currency)


class LetterInline(TabularInline):  # type: ignore[misc]  # unfold: untyped
    """What became of the mail that confirms an order."""

    model = Letter
    fields = ("state", "tries", "due_at", "problem")
    readonly_fields = fields
    extra = 0
    can_delete = False
    hide_title = True  # the row says it

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Letters are written by orders."""
        return False


@admin.register(Order)
class OrderAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """Orders to read, to send and to cancel; what was agreed in them is not edited."""

    list_display = ("number", "state_label", "name", "how", "total", "created_at")
    list_filter = ("state", "method", ("created_at", RangeDateFilter))
    list_filter_submit = True
    search_fields = ("number__iexact", "name", "email__iexact", "lines__sku__iexact")
    search_help_text = "An order number, a name, an email address or an article number"
    list_per_page = 50
    show_full_result_count = False
    actions = ("mark_sent", "cancel_orders")
    inlines = (LineInline, LetterInline)
    fieldsets = (
        (
            None,
            {"fields": (("number", "state"), ("created_at", "placed_at"), "mailed_at")},
        ),
        ("Who", {"fields": ("name", ("email", "phone"))}),
        ("Where", {"fields": ("method", "street", "extra", ("city", "postcode"), "store_address")}),
        (
            "How much",
            {
                "fields": (
                    ("goods", "shipping"),
                    ("total", "vat"),
                    ("payment_method", "paid_as"),
                )
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Orders come from shoppers alone."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        """An order that was placed is a record; it can be cancelled."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Order | None = None) -> list[str]:
        """Everything: what can be done with orders are the actions."""
        rows = (row for _, options in self.fieldsets for row in options["fields"])
        return [name for row in rows for name in ([row] if isinstance(row, str) else row)]

    @display(  # type: ignore[untyped-decorator]  # unfold: untyped
        description="state",
        ordering="state",
        label={
            Order.State.PLACED: "warning",
            Order.State.SENT: "success",
            Order.State.CANCELLED: "danger",
        },
    )
    def state_label(self, order: Order) -> tuple[str, str]:
        """The state as a coloured word."""
        return order.state, order.get_state_display()

    @admin.display(description="how", ordering="method")
    def how(self, order: Order) -> str:
        """Where it goes, in a few words."""
        if order.method == Order.Method.PICKUP:
            return order.store_address.partition("\n")[0]
        return f"{order.city} {order.postcode}"

    @admin.display(description="goods")
    def goods(self, order: Order) -> str:
        """The sum of the lines."""
        return format_money(order.goods_minor, order.currency)

    @admin.display(description="delivery")
    def shipping(self, order: Order) -> str:
        """What sending it costs."""
        return format_money(order.shipping_minor, order.currency)

    @admin.display(description="total", ordering="total_minor")
    def total(self, order: Order) -> str:
        """What is paid."""
        return format_money(order.total_minor, order.currency)

    @admin.display(description="VAT in it")
    def vat(self, order: Order) -> str:
        """The part of the total that is tax."""
        return format_money(order.vat_minor, order.currency)

    @admin.display(description="paid as")
    def paid_as(self, order: Order) -> str:
        """The provider's name for the payment, and whether it is given back."""
        if order.refunded_at is None:
            return order.payment_reference or "not paid"
        moment = date_format(localtime(order.refunded_at), "DATETIME_FORMAT")
        return f"{order.payment_reference}, paid back on {moment}"

    @admin.action(description="Mark as sent or collected", permissions=["change"])
    def mark_sent(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Tell shoppers, on the page of their order, that it is on its way."""
        chosen = queryset.count()
        sent = fulfilment.send(queryset)
        if sent:
            self.message_user(request, f"{sent} marked as sent or collected.", messages.SUCCESS)
        self._tell_left(request, chosen - sent)

    @admin.action(description="Cancel, give stock and money back", permissions=["change"])
    def cancel_orders(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Take placed orders back, whole."""
        chosen = queryset.count()
        cancelled, waiting = fulfilment.cancel(queryset, catalogue(), payment())
        if done := cancelled - waiting:
            told = f"{done} cancelled; stock and money are given back."
            self.message_user(request, told, messages.SUCCESS)
        self._tell_left(request, chosen - cancelled)
        if waiting:
            self.message_user(
                request,
                f"Stock and money of {waiting} are given back as soon as the catalogue and the"
                " payment provider answer.",
                level=messages.WARNING,
            )

    def _tell_left(self, request: HttpRequest, left: int) -> None:
        if left:
            problem = f"{left} left unchanged: this can be done with placed orders only."
            self.message_user(request, problem, messages.WARNING)


@admin.register(Letter)
class LetterAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """The mails that confirm orders: which were sent, which wait, and why."""

    list_display = ("order", "to", "state_label", "tries", "due_at", "problem")
    list_filter = ("state", ("created_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("order",)
    search_fields = ("order__number__iexact", "order__email__iexact")
    search_help_text = "An order number or an email address"
    list_per_page = 50
    show_full_result_count = False
    actions = ("try_again",)
    fields = ("order", "to", "state", "tries", "due_at", "problem", "created_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Letters are written by orders."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        """What was promised is kept, or is seen to have failed."""
        return False

    @admin.display(description="to", ordering="order__email")
    def to(self, letter: Letter) -> str:
        """Whom it is for."""
        return letter.order.email

    @display(  # type: ignore[untyped-decorator]  # unfold: untyped
        description="state",
        ordering="state",
        label={
            Letter.State.WAITING: "warning",
            Letter.State.SENT: "success",
            Letter.State.GIVEN_UP: "danger",
        },
    )
    def state_label(self, letter: Letter) -> tuple[str, str]:
        """The state as a coloured word."""
        return letter.state, letter.get_state_display()

    @admin.action(description="Try again now", permissions=["change"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Letter]) -> None:
        """After the mail server, or the address, was mended."""
        count = outbox.again(queryset)
        self.message_user(request, f"{count} go out in a moment; what was sent stays as it is.")
