"""Shoppers as a Django app. It tells the composer who visitors are."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "site_shell.accounts"
    label = "accounts"
    verbose_name = "Shoppers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ..composer.identity import use
        from .identities import ShopIdentities

        use(ShopIdentities.from_settings)
