"""What else belongs to a review: its photos, and the reports of it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.admin import TabularInline

from ..models import Photo, Report, Review


class PhotoInline(TabularInline):  # type: ignore[misc]  # unfold: untyped
    """The photos of a review: to look at, to describe better, or to remove one by one."""

    model = Photo
    extra = 0
    hide_title = True  # the row says it
    fields = ("thumbnail", "alt")
    readonly_fields = ("thumbnail",)
    verbose_name_plural = "photos (published and rejected together with the review)"

    def has_add_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        """Photos come from shoppers alone."""
        return False

    @admin.display(description="photo")
    def thumbnail(self, photo: Photo) -> str:
        """Small, with a link to the large picture."""
        picture = photo.picture
        return format_html(
            '<a href="{}" target="_blank" rel="noopener"><img src="{}" width="{}" height="{}"'
            ' alt="{}"></a>',
            picture.large,
            picture.webp,
            picture.width,
            picture.height,
            photo.alt or "without a description",
        )


class ReportInline(TabularInline):  # type: ignore[misc]  # unfold: untyped
    """What visitors said against a review."""

    model = Report
    extra = 0
    hide_title = True  # the row says it
    fields = ("reason", "note", "created_at", "state")
    readonly_fields = ("reason", "note", "created_at")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        """Reports come from visitors alone."""
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """The newest first."""
        return super().get_queryset(request).order_by("-created_at", "-pk")
