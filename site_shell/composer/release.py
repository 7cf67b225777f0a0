"""One deployed version of a fragment, as the registry tells it, and how it takes over."""

from dataclasses import dataclass, field
from typing import Final, Literal

# AWS CodeDeploy's names, and BlueGreen: ready without traffic, then all at once.
StrategyName = Literal[
    "AllAtOnce",
    "BlueGreen",
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes",
    "Linear10PercentEvery10Minutes",
]


@dataclass(frozen=True, slots=True)
class Rollout:
    """How and from when on traffic moves to a release.

    ``start`` is in epoch seconds; None, which only BlueGreen may have, waits for a promotion.
    """

    strategy: StrategyName
    start: float | None


@dataclass(frozen=True, slots=True)
class Halt:
    """Why a release gets no traffic any more. ``at`` is an ISO 8601 time."""

    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class CanaryLimits:
    """How much worse than the default release one that is tried out may be.

    ``sample``: answers of each of the two without which nothing is decided. ``errors``: percentage
    points by which its share of failed answers may be higher. ``slowdown``: by how many times
    its p95 may be longer.
    """

    sample: int = 100
    errors: float = 1.0
    slowdown: float = 1.5


DEFAULT_LIMITS: Final = CanaryLimits()

CredentialsOption = Literal["None", "ApiKey", "Authorization", "mTLS", "SignatureV4"]
# The two shapes in which AWS's API Gateway hands requests to functions.
EventVersion = Literal["1.0", "2.0"]


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """References to what mTLS needs, each to PEM text. ``authority``: who vouches for the
    service; None for the authorities that the machine trusts."""

    certificate: str
    key: str
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """Where one version of a fragment is served and how it takes part in a rollout.

    ``url`` is the base to which ``/manifest.json`` and the manifest's paths are appended; it
    never ends in a slash. ``traffic`` is a share in percent. ``secret`` is a reference to a
    secret (``env:NAME``), never the secret itself. ``events`` matters for functions only.
    Fragments of one ``group`` sort visitors alike; without one, each does it in its own way.
    ``owner`` is the team to talk to. ``listings`` are the URLs at which the service lists its
    ``pages`` and its ``news``. ``history``, which the default release has, are the last
    changes of the fragment: when, who, what.
    """

    fragment: str
    version: str
    url: str
    fallback_url: str | None = None
    traffic: float = 100.0
    default: bool = True
    credentials: CredentialsOption = "None"
    secret: str | None = None
    concurrency: int = 64
    rollout: Rollout | None = None
    group: str = ""
    halted: Halt | None = None
    limits: CanaryLimits = DEFAULT_LIMITS
    client: ClientCertificate | None = None
    events: EventVersion = "2.0"
    owner: str = ""
    listings: tuple[tuple[str, str], ...] = ()
    history: tuple[tuple[str, str, str], ...] = field(default=(), compare=False, repr=False)

    @property
    def is_tried(self) -> bool:
        """Whether this is a release that may become the default one."""
        return not self.default and (self.traffic > 0 or self.rollout is not None)
