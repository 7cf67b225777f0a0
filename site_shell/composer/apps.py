from django.apps import AppConfig


class ComposerConfig(AppConfig):
    """Page composition: the ``{% fragment %}`` tag and all behind it."""

    # The shell has it as site_shell.composer, other projects as fragment_composer.
    name = __package__
    label = "composer"

    def ready(self) -> None:
        """Register the checks."""
        from . import checks, passthrough_checks  # noqa: F401
