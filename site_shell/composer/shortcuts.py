"""For views that are coroutines: ``return await arender(request, "shop.html", {...})``."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# asyncio's own pool has six threads on two cores, and these mostly wait for services.
_THREADS: Final = ThreadPoolExecutor(64, thread_name_prefix="composer-render")


async def arender(
    request: HttpRequest, template_name: str, context: Mapping[str, Any] | None = None, **more: Any
) -> HttpResponse:
    """``django.shortcuts.render``, without holding up the event loop while fragments come.

    Each call has a thread for itself, so that they do not wait for each other either: what a
    template reads from a database it should be given in ``context``.
    """
    response: HttpResponse = await sync_to_async(render, thread_sensitive=False, executor=_THREADS)(
        request, template_name, dict(context or {}), **more
    )
    return response
