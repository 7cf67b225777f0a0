"""URL patterns of a service: its fragments, and whether it lives."""

from django.urls import URLPattern, path

from .errors import InvalidDeclaration
from .fragments import Fragment
from .health import healthz, readyz
from .serving import action_view, content_view, fallback_view, manifest_view


def fragment_urls(*fragments: Fragment) -> list[URLPattern]:
    """Patterns below ``fragments/<short name>/`` for every fragment, to unpack at the root.

    Import the module that declares the actions before: an action declared later has no URL.
    """
    names: dict[str, str] = {}
    patterns: list[URLPattern] = []
    for fragment in fragments:
        taken = names.setdefault(fragment.short_name, fragment.name)
        if taken != fragment.name or fragments.count(fragment) > 1:
            raise InvalidDeclaration(
                f"{fragment.name} and {taken} would both be served at {fragment.base_path}/"
            )
        patterns += _patterns(fragment)
    return patterns


def health_urls() -> list[URLPattern]:
    """``/healthz`` and ``/readyz``."""
    return [path("healthz", healthz), path("readyz", readyz)]


def _patterns(fragment: Fragment) -> list[URLPattern]:
    base = fragment.base_path.lstrip("/")
    content = content_view(fragment)
    patterns = [
        path(f"{base}/manifest.json", manifest_view(fragment)),
        path(f"{base}/", content),
        # A Podium layout cuts the last slash off the content's URL.
        path(base, content),
    ]
    if fragment.fallback:
        patterns.append(path(f"{base}/fallback", fallback_view(fragment)))
    for action, view in fragment.actions.values():
        patterns.append(path(f"{base}{action.target}", action_view(fragment, action, view)))
    return patterns
