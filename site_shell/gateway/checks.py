"""System checks: what would keep a form from being answered."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from ..composer.conf import runtime
from ..composer.errors import PageTemplateError
from ..composer.page import SlotCollector
from .answering import TEMPLATE
from .bodies import MAX_BODY_BYTES


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
            return
        problem = f"{TEMPLATE} does not show its variable 'answer'"
    yield Error(
        f"Answers to forms have no page: {problem}",
        hint=f"Put a template {TEMPLATE} into PAGE_TEMPLATES with {{{{ answer }}}} in its body.",
        id="gateway.E001",
    )


@register(Tags.security)
def check_upload_limit(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> Iterable[CheckMessage]:
    """Django refuses no body that the gateway would take."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    # None means no limit, whatever the types of Django's settings say.
    if (limit or MAX_BODY_BYTES) < MAX_BODY_BYTES:
        yield Error(
            f"DATA_UPLOAD_MAX_MEMORY_SIZE is {limit}, less than the {MAX_BODY_BYTES} of actions",
            hint="Forms between the two sizes would be answered with Django's 400 page.",
            id="gateway.E002",
        )
