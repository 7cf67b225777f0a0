"""The queue of reported reviews."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from .. import reports
from ..models import Report


@admin.register(Report)
class ReportAdmin(ModelAdmin):  # type: ignore[misc]  # unfold: untyped
    """What visitors reported, the newest first; decided on for the review as a whole."""

    list_display = ("reported_review", "what_is_wrong", "state_label", "created_at", "review_state")
    list_filter = ("state", "reason", ("created_at", RangeDateFilter))
    list_filter_submit = True
    list_select_related = ("review",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("review__product__exact", "review__title", "note")
    search_help_text = "A product reference, or words of the review's title or of the report"
    actions = ("dismiss_selected", "reject_reviews")
    fields = ("the_review", "reason", "note", "created_at", "state")
    readonly_fields = ("the_review", "reason", "note", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Reports come from visitors alone."""
        return False

    @display(  # type: ignore[untyped-decorator]  # unfold: untyped
        description="review", ordering="review__title", header=True
    )
    def reported_review(self, report: Report) -> tuple[str, str]:
        """Title and the beginning of the text, so that most decisions need no second page."""
        review = report.review
        text = f"{review.rating} ★ {review.product}: {review.body}"
        return Truncator(review.title).chars(60), Truncator(text).chars(90)

    @display(  # type: ignore[untyped-decorator]  # unfold: untyped
        description="what is wrong", ordering="reason", header=True
    )
    def what_is_wrong(self, report: Report) -> tuple[str, str]:
        """The reason, and the visitor's own words."""
        return str(report.get_reason_display()), Truncator(report.note).chars(90)

    @display(  # type: ignore[untyped-decorator]  # unfold: untyped
        description="report",
        ordering="state",
        label={
            Report.State.OPEN: "warning",
            Report.State.DISMISSED: "info",
            Report.State.UPHELD: "success",
        },
    )
    def state_label(self, report: Report) -> tuple[str, str]:
        """The state as a coloured word."""
        return report.state, report.get_state_display()

    @admin.display(description="review is", ordering="review__state")
    def review_state(self, report: Report) -> str:
        """Whether shoppers can see the review."""
        return report.review.get_state_display()

    @admin.display(description="review")
    def the_review(self, report: Report) -> str:
        """All of it, with a link to decide on it."""
        review = report.review
        return format_html(
            '<a href="{}"><strong>{}</strong></a><br>{} ★ of {} by {}<br>{}',
            reverse("admin:reviews_review_change", args=[review.pk]),
            review.title,
            review.rating,
            review.product,
            review.author,
            review.body,
        )

    @admin.action(description="Dismiss: leave the reviews as they are", permissions=["change"])
    def dismiss_selected(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        """Close the chosen reports."""
        closed = reports.dismiss(queryset)
        self.message_user(request, f"{closed} dismissed; the reviews stay as they are.")

    @admin.action(description="Uphold: reject the reported reviews", permissions=["change"])
    def reject_reviews(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        """Hide the reviews of the chosen reports from shoppers."""
        rejected = reports.uphold(queryset)
        self.message_user(request, f"{rejected} reviews rejected; the shop does not show them.")
