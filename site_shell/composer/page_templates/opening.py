"""Where page templates are, told by one setting: a folder, or ``s3://bucket/prefix``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .follower import TemplateFollower
    from .library import PageLibrary
    from .previews import Previews

_SCHEME: Final = "s3://"
# A start during an outage waits no longer than this (seconds), and goes on with the copy.
_PATIENCE: Final = 10.0


def pages_storage(templates: str) -> dict[str, Any]:
    """The entry of Django's STORAGES for the setting PAGE_TEMPLATES."""
    if not templates.startswith(_SCHEME):
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": templates, "allow_overwrite": True},
        }
    from botocore.config import Config

    bucket, _, prefix = templates.removeprefix(_SCHEME).partition("/")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "location": prefix.strip("/"),
            "file_overwrite": True,
            "client_config": Config(
                connect_timeout=3,
                read_timeout=5,
                retries={"max_attempts": 2},
                signature_version="s3v4",
            ),
        },
    }


def open_templates() -> "tuple[PageLibrary, TemplateFollower | None, Previews]":
    """The library of the storage ``pages``; its follower, if there are versions in it."""
    from django.core.files.storage import storages

    from ..configuration import settings
    from .follower import TemplateFollower
    from .library import PageLibrary
    from .previews import Previews
    from .versions import POINTER, TemplateVersions

    if "pages" not in settings.STORAGES:
        # A project that has the tag alone.
        return PageLibrary(None), None, Previews(None)
    source, storage = settings.PAGE_TEMPLATES, storages["pages"]
    is_remote = source.startswith(_SCHEME)
    if not is_remote and not storage.exists(POINTER):
        return PageLibrary(storage), None, Previews(None)
    library, versions = PageLibrary(None), TemplateVersions(storage)
    follower = TemplateFollower(
        library,
        versions,
        source=source,
        copy=Path(settings.PAGE_TEMPLATES_COPY),
        seconds=settings.PAGE_TEMPLATES_SECONDS,
    )
    follower.start(patience=_PATIENCE)
    return library, follower, Previews(versions)
