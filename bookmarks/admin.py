"""The desk: what is saved how often, and the lists of single shoppers."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from .models import Bookmark, Shopper

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


class KeptFilter(admin.SimpleListFilter):
    """What is in a list, or was removed a moment ago."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """The two states."""
        return [("kept", "Saved"), ("removed", "Removed, may be undone")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Bookmark]
    ) -> QuerySet[Bookmark] | None:
        """Only those in the chosen state."""
        if self.value() is None:
            return None
        return queryset.filter(removed_at__isnull=self.value() == "kept")


@admin.register(Bookmark)
class BookmarkAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """Saved products; nobody but the shopper adds to a list."""

    list_display = ("ref", "name", "shopper", "saved_by_how_many", "saved_at", "removed_at")
    list_filter = (KeptFilter, ("saved_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("shopper",)
    search_fields = ("ref__exact", "name", "shopper__subject__exact")
    search_help_text = "A product reference, words of a name, or a shopper such as user:7"
    list_per_page = 50
    show_full_result_count = False
    readonly_fields = ("shopper", "ref", "name", "saved_at", "removed_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Lists are the shoppers' own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Bookmark | None = None) -> bool:
        """To be looked at, or deleted."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bookmark]:
        """With how many shoppers have the same product in their lists."""
        same = Bookmark.objects.filter(ref=OuterRef("ref"), removed_at=None).order_by()
        counted = same.values("ref").annotate(count=Count("pk")).values("count")
        bookmarks: QuerySet[Bookmark] = super().get_queryset(request)
        return bookmarks.annotate(saved_by=Coalesce(Subquery(counted), 0))

    @admin.display(description="saved by", ordering="saved_by")
    def saved_by_how_many(self, bookmark: Bookmark) -> int:
        """How many shoppers have it."""
        return int(getattr(bookmark, "saved_by", 0))


class BookmarkInline(TabularInline):  # type: ignore[misc]  # unfold: untyped
    """The list of one shopper."""

    model = Bookmark
    fields = readonly_fields = ("ref", "name", "saved_at", "removed_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Lists are the shoppers' own."""
        return False


@admin.register(Shopper)
class ShopperAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """Whose list is how long; deleting a shopper forgets everything about them here."""

    list_display = ("subject", "how_many", "changed_at")
    search_fields = ("subject__exact", "bookmarks__ref__exact")
    search_help_text = "A shopper such as user:7, or a product reference"
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-changed_at",)
    readonly_fields = ("subject", "changed_at")
    inlines = (BookmarkInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A shopper begins with the first thing saved."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shopper]:
        """With the length of each list."""
        kept = Count("bookmarks", filter=Q(bookmarks__removed_at=None))
        shoppers: QuerySet[Shopper] = super().get_queryset(request)
        return shoppers.annotate(kept=kept)

    @admin.display(description="saved", ordering="kept")
    def how_many(self, shopper: Shopper) -> int:
        """The length of the list."""
        return int(getattr(shopper, "kept", 0))
