"""The gateway as a Django app: its system checks and its template."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """What a browser sends to a fragment's service, through the site's own origin."""

    name = "site_shell.gateway"
    label = "gateway"

    def ready(self) -> None:
        """Register the checks."""
        from . import checks  # noqa: F401
