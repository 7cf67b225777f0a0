"""Reviews to read, to decide on, and to answer."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from .. import moderation
from ..models import Report, Review
from .inlines import PhotoInline, ReportInline
from .seen import ReviewForm, SeenActionForm, seen_at


class Reported(admin.SimpleListFilter):
    """The reviews that visitors reported."""

    title = "reports"
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The one choice beside all."""
        return [("open", "Reported, undecided")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        """Those with an open report."""
        if self.value() != "open":
            return queryset
        return queryset.filter(pk__in=Report.objects.filter(state="open").values("review"))


@admin.register(Review)
class ReviewAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """Reviews to read and to decide on, the undecided ones first in sight by a filter."""

    form = ReviewForm
    action_form = SeenActionForm
    inlines = (PhotoInline, ReportInline)
    list_display = (
        "stars",
        "what_it_says",
        "state_label",
        "extras",
        "product",
        "created_at",
        "verified",
        "author",
    )
    list_display_links = ("what_it_says",)
    list_filter = ("state", Reported, "verified", "synthetic", ("created_at", RangeDateFilter))
    list_filter_submit = True
    search_fields = ("product__exact", "title", "body", "author")
    search_help_text = "A product reference, or words of the title, the text or the author's name"
    list_per_page = 50
    show_full_result_count = False
    actions = ("publish_selected", "reject_selected")
    fields = (
        "product",
        ("rating", "state"),
        "refusal",
        "title",
        "body",
        ("author", "language"),
        ("answer", "answer_language"),
        ("verified", "synthetic"),
        "subject",
        ("created_at", "edited_at"),
        "helpful",
        "read",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        """With what hangs on each, counted in the same query."""
        reviews: QuerySet[Review] = super().get_queryset(request)
        return reviews.annotate(
            photo_count=Count("photos", distinct=True),
            open_reports=Count("reports", distinct=True, filter=Q(reports__state="open")),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Review | None = None) -> list[str]:
        """A review stays with its product, and its origin and dates are facts."""
        facts = ["synthetic", "subject", "created_at", "edited_at", "helpful"]
        return [*facts, *(["product"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Review, form: Any, change: bool) -> None:
        """Write what the moderator changed and nothing else: votes are counted meanwhile."""
        changed = [name for name in form.changed_data if name != "read"]
        if "answer" in changed:
            obj.answered_at = timezone.now() if obj.answer else None
            changed.append("answered_at")
        if change:
            obj.save(update_fields=changed)
        else:
            obj.save()
        if "state" in changed and obj.state == Review.State.REJECTED:
            obj.reports.filter(state=Report.State.OPEN).update(state=Report.State.UPHELD)

    def delete_model(self, request: HttpRequest, obj: Review) -> None:
        """Delete one, whatever comes meanwhile."""
        moderation.delete(Review.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        """Delete many, whatever comes meanwhile."""
        moderation.delete(Review.objects.filter(pk__in=queryset.values("pk")))

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

    @admin.display(description="with")
    def extras(self, review: Review) -> str:
        """What else there is to look at."""
        photos, open_reports = getattr(review, "photo_count", 0), getattr(review, "open_reports", 0)
        found = (
            f"{photos} photo{'s' if photos > 1 else ''}" if photos else "",
            f"{open_reports} report{'s' if open_reports > 1 else ''}" if open_reports else "",
            "an edit" if review.edited_at and review.state == Review.State.PENDING else "",
            "an answer" if review.answer else "",
        )
        return ", ".join(part for part in found if part)

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
        changed = moderation.publish(queryset, seen_at=seen_at(request))
        self.message_user(request, f"{changed} published; the shop shows them now.")
        self._tell_unread(request, queryset)

    @admin.action(description="Reject selected reviews", permissions=["change"])
    def reject_selected(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        """Hide the chosen reviews from shoppers."""
        changed = moderation.reject(queryset, seen_at=seen_at(request))
        self.message_user(request, f"{changed} rejected; the shop does not show them.")
        self._tell_unread(request, queryset)

    def _tell_unread(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        unread = queryset.filter(edited_at__gt=seen_at(request)).count()
        if unread:
            problem = f"{unread} left as they were: their authors changed them meanwhile."
            self.message_user(request, problem, level="warning")
