"""What the contract wants to know of the project it is used in."""

import os


def setting(name: str) -> str:
    """A setting of the project, or the environment variable of that name; or empty."""
    # Imported late: the test kit of composers runs without Django.
    from django.conf import settings

    value = getattr(settings, name, None)
    return os.environ.get(name, "") if value is None else str(value)
