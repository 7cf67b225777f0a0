"""The projects of this repository and what each takes part in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Project:
    """A Django project that is a process of its own.

    ``fragments`` are the second halves of the fragment names: ``list`` of ``reviews/list``.
    ``user`` is whom its demo data lets into its admin, or to the shell's desk. ``beside`` is the
    management command that runs for ever beside its server, if it has one.
    """

    name: str
    kind: Literal["service", "shell"]
    fragments: tuple[str, ...] = ()
    user: str = ""
    beside: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        return ROOT / self.name


SHELL: Final = Project(
    "site_shell",
    "shell",
    user="operator",
    # Closed accounts are forgotten by services that were down, and unconfirmed ones are swept.
    beside=("forget_shoppers", "--every", "60"),
)
SERVICES: Final = (
    Project(
        "product_details",
        "service",
        (
            "page",
            "list",
            "card",
            "related",
            "navigation",
            "teasers",
            "recommendations",
            "recently-viewed",
            "stores",
        ),
        "editor",
    ),
    Project("reviews", "service", ("list", "form", "stars"), "moderator"),
    Project(
        "cart",
        "service",
        ("mini", "add", "page", "checkout", "order", "orders"),
        "clerk",
        # As in deploy/compose.yaml: half-done orders give their stock back, and mails go out.
        ("settle_orders", "--every", "60"),
    ),
    Project("bookmarks", "service", ("toggle", "state", "list", "recent"), "keeper"),
)
PROJECTS: Final = (*SERVICES, SHELL)

# A client-rendered fragment: plain files, put beside the collected static of the others.
STATIC_FRAGMENTS: Final = {"notifications/toasts": "notifications_static"}


def project_of(settings_module: str) -> Project | None:
    """The project that a settings module belongs to, if it is one of ours."""
    name = settings_module.partition(".")[0]
    return next((project for project in PROJECTS if project.name == name), None)
