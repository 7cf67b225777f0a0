"""The moderation desk."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from . import moderation
from .models import Review

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


@admin.register(Review)
class ReviewAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """Reviews to read and to decide on, the undecided ones first in sight by a filter."""

    list_display = (
        "stars",
        "what_it_says",
        "author",
        "state_label",
        "product",
        "created_at",
        "verified",
    )
    list_display_links = ("what_it_says",)
    list_filter = ("state", "verified", "synthetic", ("created_at", RangeDateFilter))
    list_filter_submit = True
    search_fields = ("product__exact", "title", "body", "author")
    search_help_text = "A product reference, or words of the title, the text or the author's name"
    list_per_page = 50
    show_full_result_count = False
    actions = ("publish_selected", "reject_selected")
    fields = (
        ("product", "rating", "state"),
        "title",
        "body",
        ("author", "language"),
        ("verified", "synthetic"),
        "created_at",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Review | None = None) -> list[str]:
        """A review stays with its product, and its origin and date are facts."""
        return ["synthetic", "created_at", *(["product"] if obj else [])]

    @display(  # type: ignore[untyped-decorator]  # unfold: untyped
        description="review", ordering="title", header=True
    )
    def what_it_says(self, review: Review) -> tuple[str, str]:
        """Title and the beginning of the text, so that most decisions need no second page."""
        return Truncator(review.title).chars(60), Truncator(review.body).chars(70)

    @admin.display(description="rating", ordering="rating")
    def stars(self, review: Review) -> str:
        """The rating in a form that can be scanned."""
        return f"{review.rating} ★"

    @display(  # type: ignore[untyped-decorator]  # unfold: untyped
        description="state",
        ordering="state",
        label={
            Review.State.PENDING: "warning",
            Review.State.PUBLISHED: "success",
            Review.State.REJECTED: "danger",
        },
    )
    def state_label(self, review: Review) -> tuple[str, str]:
        """The state as a coloured word."""
        return review.state, review.get_state_display()

    @admin.action(description="Publish selected reviews", permissions=["change"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        """Show the chosen reviews to shoppers."""
        changed = moderation.publish(queryset)
        self.message_user(request, f"{changed} published; the shop shows them now.")

    @admin.action(description="Reject selected reviews", permissions=["change"])
    def reject_selected(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        """Hide the chosen reviews from shoppers."""
        changed = moderation.reject(queryset)
        self.message_user(request, f"{changed} rejected; the shop does not show them.")
