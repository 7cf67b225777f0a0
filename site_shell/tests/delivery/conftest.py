"""The sites of the tests of composing, here for slots that come late."""

from ..composing.conftest import face, open_site, world

__all__ = ["face", "open_site", "world"]
