from django.apps import AppConfig


class ComposerConfig(AppConfig):
    """Page composition: the ``{% fragment %}`` tag and all behind it."""

    name = "site_shell.composer"
    label = "composer"
