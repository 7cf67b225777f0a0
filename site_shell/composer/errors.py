"""Everything that can go wrong in the composer, as one tree.

ComposerError
├── SlotError            a slot's attributes are wrong (template author)
├── StagingError         an override or a fault is wrong (staff)
├── PageTemplateError    a page template or pages.toml is wrong (template author)
├── RegistryError        the registry cannot be read or understood (shell operator)
│   └── UnknownFragment  no release of that name is registered
├── ManifestError        a manifest is not valid, or is another fragment's (fragment team)
├── FragmentUnavailable  a fragment that a template cannot do without failed, outside of a page
├── IdentityUnavailable  it cannot be told who is asking (shell operator)
├── CacheUnavailable     the fragment cache did not answer (shell operator)
├── TemplatesUnavailable the storage of page templates has not what is asked for (shell operator)
└── FetchError           no usable response came from the service (fragment team, network)
    ├── FetchTimeout         the deadline passed, counting the body
    ├── ConnectFailed        nothing was sent: refused, unreachable, name unknown, TLS failed
    ├── Disconnected         the connection broke after the request was sent
    ├── MalformedResponse    not HTTP, bad framing, bad content encoding, illegal headers
    ├── ResponseTooLarge     more body or header bytes than allowed, counted after decompression
    ├── CircuitOpen          the breaker of the release is open: not tried
    ├── Overloaded           the concurrency limit of the release is reached, or AWS throttles
    ├── RequestTooLarge      more than a function or a workflow can be given: not tried
    ├── AccessDenied         AWS does not let this process call a function or a workflow
    ├── NoSuchTarget         there is no such function or workflow
    ├── FunctionFailed       a function or a workflow ended with an error of its own
    ├── VersionSkew          content of a version whose manifest the service does not give
    └── UnusableAnswer       a status that is no content: http-500, http-302, http-400 ...
"""


class ComposerError(Exception):
    """The base of every error the composer raises on purpose."""


class SlotError(ComposerError, ValueError):
    """A slot's attribute is unknown, missing or not legal; the message names the legal ones."""


class StagingError(ComposerError, ValueError):
    """An override or a fault cannot be used; the message names the legal ones."""


class PageTemplateError(ComposerError):
    """A page template or pages.toml is wrong; the message names the file and the line."""


class IdentityUnavailable(ComposerError):
    """Who is asking cannot be looked up, so no service can be told."""


class TemplatesUnavailable(ComposerError):
    """The storage of page templates does not answer, or holds no such version, or not all of it."""


class RegistryError(ComposerError):
    """The registry cannot be read or does not follow the schema."""


class UnknownFragment(RegistryError):
    """No release of the fragment is registered; the message names those that are."""


class ManifestError(ComposerError):
    """A manifest is not valid JSON, breaks the schema, or belongs to another fragment."""


class FragmentUnavailable(ComposerError):
    """A template that is not a page asked for a required fragment, and did not get it."""


class CacheUnavailable(ComposerError):
    """The fragment cache failed or is resting after a failure."""


class FetchError(ComposerError):
    """No usable response came. ``reason`` is the word used in outcomes, logs and metrics."""

    reason: str = "fetch-error"


class FetchTimeout(FetchError):
    reason = "timeout"


class ConnectFailed(FetchError):
    reason = "connect-failed"


class Disconnected(FetchError):
    reason = "disconnected"


class MalformedResponse(FetchError):
    reason = "malformed-response"


class ResponseTooLarge(FetchError):
    reason = "too-large"


class CircuitOpen(FetchError):
    reason = "circuit-open"


class Overloaded(FetchError):
    reason = "overloaded"


class VersionSkew(FetchError):
    """Shown with the assets of another version, it would look and act like neither."""

    reason = "version-skew"


class RequestTooLarge(FetchError):
    reason = "request-too-large"


class AccessDenied(FetchError):
    reason = "access-denied"


class NoSuchTarget(FetchError):
    reason = "no-such-target"


class FunctionFailed(FetchError):
    reason = "function-failed"


class UnusableAnswer(FetchError):
    """The service answered, but with a status that cannot become part of a page."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = f"http-{status}"
