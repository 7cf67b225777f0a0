"""The application's start: everything that must listen before the first request."""

from django.apps import AppConfig


class ProductDetailsConfig(AppConfig):
    """The catalogue service; the project package is its only app."""

    name = "product_details"
    verbose_name = "Catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every change of the catalogue purge the fragments that show it, and be found."""
        from . import purging
        from .search import indexing

        purging.connect()
        indexing.connect()
