"""The fragment cache: fresh, stale, negative, purged by tag, fetched once.

- ``front.py``: the hottest entries, in this process, for about a second
- ``backend.py``: any Django cache behind it, called without blocking, allowed to fail
- ``tags.py``: purging by tag on backends that know no tags
- ``flight.py``: one fetch per key, here and across processes
- ``fragments.py``: the four put together
"""

from .entry import Entry, Freshness
from .fragments import FragmentStore
from .tags import is_tag, parse_tags

__all__ = ["Entry", "FragmentStore", "Freshness", "is_tag", "parse_tags"]
