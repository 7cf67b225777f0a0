from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """The desk of those who run the site."""

    name = "site_shell.operations"
    label = "operations"
    verbose_name = "Operations"
    default_auto_field = "django.db.models.BigAutoField"
