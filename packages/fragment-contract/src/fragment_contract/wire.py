"""Names that travel on the wire between a composer and a fragment service.

Pure data: no Django here, so that any client or test tool can import it. The names with a
``podium-`` or ``podlet-`` prefix are those of the Podium protocol (https://podium-lib.io),
with which this contract is compatible.
"""

from typing import Final

# Requests, composer -> service. Context headers are part of the fragment's cache key ...
LOCALE: Final = "podium-locale"
ACCEPT_LANGUAGE: Final = "accept-language"
# ... or the same for every request of one fragment.
REQUESTED_BY: Final = "podium-requested-by"
MOUNT_ORIGIN: Final = "podium-mount-origin"
MOUNT_PATHNAME: Final = "podium-mount-pathname"
PUBLIC_PATHNAME: Final = "podium-public-pathname"
DEBUG: Final = "podium-debug"
# Only where a slot passes it on: desktop, tablet or mobile.
DEVICE_TYPE: Final = "podium-device-type"
# Operational headers: content must not depend on them.
REQUEST_ID: Final = "x-request-id"
TRACEPARENT: Final = "traceparent"
# Who is asking, as "Bearer <context token>"; only where the manifest says so.
AUTHORIZATION: Final = "authorization"
DEADLINE_MS: Final = "fragment-deadline-ms"

# Responses, service -> composer.
VERSION: Final = "podlet-version"
SURROGATE_KEY: Final = "surrogate-key"
# With a 401: Bearer for "sign in first", and with an error for "your token does not count".
WWW_AUTHENTICATE: Final = "www-authenticate"
HX_TRIGGER: Final = "hx-trigger"
HX_REDIRECT: Final = "hx-redirect"
HX_REFRESH: Final = "hx-refresh"

# Requests of a browser with htmx, passed on by the action gateway.
HX_REQUEST: Final = "hx-request"
# With every action: the same value if the same thing is sent again.
IDEMPOTENCY_KEY: Final = "idempotency-key"
# The field of a form that carries one.
IDEMPOTENCY_FIELD: Final = "idempotency_key"

MANIFEST_PATH: Final = "/manifest.json"
ACTION_PREFIX: Final = "/actions/"
# The name of the action that takes over what was kept for an anonymous visitor.
ADOPT: Final = "adopt"
# The name of the action that deletes what was kept for a shopper who has closed the account.
FORGET: Final = "forget"
# The name of the action that says whether anything speaks for keeping an unconfirmed account.
UNUSED: Final = "unused"
JWKS_PATH: Final = "/.well-known/jwks.json"
PURGE_PATH: Final = "/_composer/purge"

HTML: Final = "text/html"
JSON: Final = "application/json"


def action_path(fragment: str, action: str) -> str:
    """The same-origin path to which a browser posts an action of a fragment.

    >>> action_path("reviews/form", "submit")
    '/actions/reviews/form/submit'
    """
    return f"{ACTION_PREFIX}{fragment}/{action}"
