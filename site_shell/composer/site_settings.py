"""The site as Django's settings describe it: its origin, hosts, languages, cookies and policy."""

from collections.abc import Callable
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured
from django.http.request import split_domain_port, validate_host

from .audience import NOTICES_COOKIE, PREVIEW_COOKIE
from .configuration import settings
from .context_tokens import ContextTokens, InvalidKeys, read_keys
from .csp import Sources, parse_allowed
from .identity import NO_CALLERS, Callers, Identities, in_use
from .locales import Locales
from .site import Site


def site_of_settings() -> Site:
    """What holds for all pages. Raises ImproperlyConfigured if the settings make no sense."""
    identities = in_use()
    return Site(
        origin=settings.SITE_ORIGIN,
        is_host=_host_test(),
        locales=_locales(),
        asset_origins=frozenset(settings.ASSET_ORIGINS),
        own_cookies=_own_cookies() | (identities.cookies if identities else frozenset()),
        trusted_types=settings.TRUSTED_TYPES,
        csp_allowed=_csp_allowed(),
        integrity_required=settings.SRI_REQUIRED,
        callers=_callers(identities),
        page_headers=tuple((name.lower(), text) for name, text in settings.PAGE_HEADERS.items()),
        is_public=settings.SEARCH_ENGINES,
        rum_percent=f"{settings.RUM_SAMPLE_PERCENT:g}" if settings.RUM_SAMPLE_PERCENT else "",
    )


def _own_cookies() -> frozenset[str]:
    """The cookies of the shell itself, by name."""
    django = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages", NOTICES_COOKIE}
    return frozenset(django | {"cohort", "staging", PREVIEW_COOKIE})


def _locales() -> Locales:
    """Those of LANGUAGES; LANGUAGE_CODE is the default, which has no path of its own."""
    codes = [code for code, _ in settings.LANGUAGES]
    default: str = settings.LANGUAGE_CODE
    # Django's own defaults are "en-us", and a list in which that is "en".
    found = default if default in codes else default.partition("-")[0]
    if found not in codes:
        legal = ", ".join(codes)
        raise ImproperlyConfigured(f"LANGUAGE_CODE {default!r} is none of LANGUAGES: {legal}")
    others = [code for code in codes if code != found]
    return Locales((found, *others), by_path=settings.LANGUAGES_BY_PATH)


def _callers(identities: Identities | None) -> Callers:
    if identities is None:
        return NO_CALLERS
    try:
        keys = read_keys(settings.CONTEXT_TOKEN_KEYS)
    except InvalidKeys as error:
        raise ImproperlyConfigured(f"CONTEXT_TOKEN_KEYS: {error}") from None
    return Callers(identities, ContextTokens(settings.SITE_ORIGIN, keys))


def _csp_allowed() -> Sources:
    try:
        return parse_allowed(settings.CSP_ALLOWED)
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from error


def _host_test() -> Callable[[str], bool]:
    allowed = list(settings.ALLOWED_HOSTS)
    if settings.DEBUG and not allowed:
        allowed = [".localhost", "127.0.0.1", "[::1]"]

    @lru_cache(maxsize=1024)
    def is_host(host: str) -> bool:
        domain, _ = split_domain_port(host)
        return bool(domain) and validate_host(domain, allowed)

    return is_host
