"""The application's start."""

from django.apps import AppConfig


class CartConfig(AppConfig):
    """The cart service; the project package is its only app."""

    name = "cart"
    verbose_name = "Orders"
    default_auto_field = "django.db.models.BigAutoField"
