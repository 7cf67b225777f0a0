"""Back to the page on which somebody has clicked."""

from typing import Final
from urllib.parse import urlsplit

from ..composer.own_path import own_path
from ..composer.site import Site
from .forwarding import Post

_ACTIONS: Final = "/actions/"


def page_before(post: Post, site: Site) -> str:
    """The path of the page from which the action was sent; the home page if nobody knows."""
    home = site.locales.mount(site.locales.of(post.request))
    try:
        parts = urlsplit(post.request.headers.get("referer", ""))
    except ValueError:
        return home
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if path.startswith(_ACTIONS):
        # What answered an action before; nobody can open that.
        return home
    is_own = f"{parts.scheme}://{parts.netloc}".lower() == site.origin.lower()
    is_host = parts.netloc.lower() == post.request.host.lower()
    return own_path(path, home) if is_own or is_host else home
