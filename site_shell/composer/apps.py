from django.apps import AppConfig


class ComposerConfig(AppConfig):
    """Page composition: the ``{% fragment %}`` tag and all behind it."""

    name = "site_shell.composer"
    label = "composer"

    def ready(self) -> None:
        """Register the checks."""
        from . import checks, passthrough_checks  # noqa: F401
