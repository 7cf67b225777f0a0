"""System checks: what would keep a form from being answered."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning

from ..composer.conf import runtime
from ..composer.errors import PageTemplateError
from ..composer.notices import PLACE
from ..composer.page import SlotCollector
from .answering import TEMPLATE


@register(Tags.templates)
def check_template(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """There is a page for what services answer to forms, and the answer is on it."""
    mark = "gateway-check"
    values = {"answer": mark, "page_path": "/"}
    try:
        layout = runtime().library.current().layout((TEMPLATE,), values, "en", SlotCollector())
    except PageTemplateError as error:
        problem = str(error)
    else:
        text = b"".join(part for part in layout.body if isinstance(part, bytes))
        if mark.encode() in text:
            if PLACE not in text:
                yield CheckWarning(
                    f"{TEMPLATE} has no place for what visitors are told",
                    hint=f"Put {PLACE.decode()} where its main content begins.",
                    id="gateway.W002",
                )
            return
        problem = f"{TEMPLATE} does not show its variable 'answer'"
    yield Error(
        f"Answers to forms have no page: {problem}",
        hint=f"Put a template {TEMPLATE} into PAGE_TEMPLATES with {{{{ answer }}}} in its body.",
        id="gateway.E001",
    )
