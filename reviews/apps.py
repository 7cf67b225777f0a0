"""The application's start: everything that must listen before the first request."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The reviews service; the project package is its only app."""

    name = "reviews"
    verbose_name = "Reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every change of a review reach the caches and the catalogue."""
        from . import changes

        changes.connect()
