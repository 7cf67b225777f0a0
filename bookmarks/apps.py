"""The application's start."""

from django.apps import AppConfig


class BookmarksConfig(AppConfig):
    """The bookmarks service; the project package is its only app."""

    name = "bookmarks"
    verbose_name = "Bookmarks"
    default_auto_field = "django.db.models.BigAutoField"
