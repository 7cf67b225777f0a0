"""Editing products."""

from typing import ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from .. import addresses, editing
from ..models import Photograph, Product
from ..models.translation import Locale
from ..translating import unknown_phrases
from .description import DescriptionEditor
from .photographs import PhotographInline, thumbnail
from .side_by_side import beside, side_by_side
from .translations import TranslatedAdmin, TranslatedFilter
from .variants import VariantInline


@admin.register(Product)
class ProductAdmin(TranslatedAdmin):
    """What the shop shows, with its variants and photographs on one page."""

    list_display = (
        *("picture", "name", "ref", "category", "label", "stock", "featured", "lacking", "in_shop"),
    )
    list_display_links = ("picture", "name")
    list_editable = ("featured",)
    list_filter = ("state", "featured", TranslatedFilter, "category")
    list_select_related = ("category__parent__parent",)
    list_per_page = 40
    search_fields = ("name", "ref", "summary", "variants__sku")
    date_hierarchy = "published_at"
    autocomplete_fields = ("category", "successor", "materials")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    inlines = (VariantInline, PhotographInline)
    form = side_by_side(Product)
    actions = ("publish", "withdraw")
    fieldsets = (
        (None, {"fields": (beside("name"), "slug", "ref", "category", beside("summary"))}),
        (
            "In the shop",
            {
                "fields": (
                    "state",
                    "successor",
                    "when_sold_out",
                    "featured",
                    "published_at",
                    "delivery",
                ),
                "description": "A withdrawn product answers that it is gone; with a successor,"
                " shoppers are led there.",
            },
        ),
        ("What it is made of", {"fields": ("materials",)}),
        ("Text", {"fields": (beside("highlights"), beside("description"))}),
        (
            "What variants differ in",
            {"fields": (beside("first_option"), beside("second_option"), "phrases_to_translate")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Fetch stock and pictures for the whole list at once."""
        in_order = Photograph.objects.order_by("position", "id")
        products: QuerySet[Product] = super().get_queryset(request)
        in_stock = products.annotate(units=Sum("variants__stock"))
        return in_stock.prefetch_related(Prefetch("photographs", queryset=in_order))

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> list[str]:
        """Let nobody change a reference that links, reviews and carts already name."""
        return ["ref", "phrases_to_translate"] if obj else ["phrases_to_translate"]

    def get_form(self, request, obj=None, change=False, **kwargs):  # type: ignore[no-untyped-def]
        """Give descriptions an editor that knows paragraphs and lists."""
        kwargs.setdefault("widgets", {"description": DescriptionEditor})
        return super().get_form(request, obj, change, **kwargs)

    def view_on_site(self, product: Product) -> str | None:
        """Lead to the page in the shop, as long as shoppers can see it."""
        if product.state != Product.State.PUBLISHED:
            return None
        return f"{settings.SHOP_URL.rstrip('/')}{addresses.product_path(product)}"

    @admin.display(description="")
    def picture(self, product: Product) -> SafeString | str:
        """Show the first photograph."""
        return thumbnail(next(iter(product.photographs.all()), None))

    @display(  # type: ignore[untyped-decorator]  # unfold: untyped
        description="state",
        ordering="state",
        label={
            Product.State.DRAFT: "info",
            Product.State.PUBLISHED: "success",
            Product.State.WITHDRAWN: "warning",
        },
    )
    def label(self, product: Product) -> tuple[str, str]:
        """Show the state as a coloured word."""
        return product.state, product.state.capitalize()

    @admin.display(description="stock", ordering="units")
    def stock(self, product: Product) -> int:
        """Add up the stock of all variants."""
        return getattr(product, "units", None) or 0

    @admin.display(description="not translated yet")
    def phrases_to_translate(self, product: Product) -> SafeString | str:
        """Lead to a new phrase for each short text that has none."""
        add = reverse("admin:product_details_phrase_add")
        found = [
            (f"{add}?{urlencode({'text': text, 'locale': code})}", text, language)
            for code, language in Locale.choices
            for text in (unknown_phrases(product, code) if product.pk else ())
        ]
        return format_html_join(", ", '<a href="{}">“{}” ({})</a>', found) if found else "–"

    @admin.display(description="shop")
    def in_shop(self, product: Product) -> SafeString | str:
        """Link to the page in the shop."""
        url = self.view_on_site(product)
        return format_html('<a href="{}">View</a>', url) if url else ""

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, products: QuerySet[Product]) -> None:
        """Publish the ticked products that can be bought, and name the others."""
        changed = editing.publish(products)
        self.message_user(request, f"Published: {len(changed.done)}.", messages.SUCCESS)
        if changed.left:
            names = ", ".join(product.name for product in changed.left)
            message = f"Not published, because no variant is on offer: {names}."
            self.message_user(request, message, messages.WARNING)

    @admin.action(description="Withdraw", permissions=["change"])
    def withdraw(self, request: HttpRequest, products: QuerySet[Product]) -> None:
        """Withdraw the ticked products."""
        changed = editing.withdraw(products)
        message = f"Withdrawn: {len(changed.done)}. Choose successors on their pages."
        self.message_user(request, message, messages.SUCCESS)
