"""``manage.py fragments purge``: let the shell forget what it keeps, by tag or all of it."""

import asyncio
import json
from argparse import ArgumentParser
from collections.abc import Sequence
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.management.base import CommandError
from fragment_contract import wire

from ...configuration import settings
from ...errors import CacheUnavailable
from ...store import FragmentStore, is_tag
from .action import Action, Job

_SECONDS = 10.0


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("tags", nargs="*", metavar="TAG", help="as in Surrogate-Key headers")
    parser.add_argument("--all", action="store_true", help="everything, whatever its tags")
    parser.add_argument(
        "--url", default=f"{settings.SITE_ORIGIN}{wire.PURGE_PATH}", help="the running shell's"
    )
    parser.add_argument(
        "--cache",
        action="store_true",
        help="purge in the cache of CACHE_URL instead, where no shell runs; CloudFront is not told",
    )


def _run(job: Job) -> None:
    tags, everything = job.options["tags"], job.options["all"]
    if bool(tags) == everything:
        raise CommandError("Name tags, or say --all.")
    for tag in tags:
        if not is_tag(tag):
            raise CommandError(f"{tag!r} is no tag: 1 to 128 of a-z 0-9 : / _ . - are.")
    if job.options["cache"]:
        _purge_cache(tags)
    else:
        _post(job.options["url"], {"all": True} if everything else {"tags": tags})
    job.stdout.write("Everything is forgotten." if everything else f"Forgotten: {' '.join(tags)}")


def _post(url: str, body: object) -> None:
    if not url.startswith(("http://", "https://")):
        raise CommandError(f"{url!r} is no http:// or https:// URL")
    headers = {
        "Authorization": f"Bearer {settings.FRAGMENT_PURGE_TOKEN}",
        "Content-Type": "application/json",
    }
    request = Request(url, json.dumps(body).encode(), headers, method="POST")  # noqa: S310 - see above
    try:
        with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - see above
            status, text = answer.status, ""
    except HTTPError as error:
        with error:
            status, text = error.code, error.read(200).decode(errors="replace").strip()
    except OSError as error:
        raise CommandError(f"{url}: {error}; nothing was purged") from error
    if status != 204:
        raise CommandError(f"{url}: {status} {text}")


def _purge_cache(tags: Sequence[str]) -> None:
    cache = caches["default"]
    if isinstance(cache, LocMemCache):
        raise CommandError("CACHE_URL is each process's own memory: purge by --url.")

    async def purge() -> None:
        store = FragmentStore(cache, patience=_SECONDS)
        try:
            await (store.purge(tags) if tags else store.purge_all())
        finally:
            await store.aclose()

    try:
        asyncio.run(purge())
    except CacheUnavailable as error:
        raise CommandError(f"{error}; nothing was purged") from error


PURGE = Action(
    "purge", "let the shell forget what carries a tag, or everything", _add_arguments, _run
)
