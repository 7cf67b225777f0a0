"""``manage.py fragments purge``: let the shell forget what it keeps, by tag or all of it."""

import asyncio
from argparse import ArgumentParser
from collections.abc import Sequence

import httpx
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.management.base import CommandError
from fragment_contract import wire

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
    headers = {"Authorization": f"Bearer {settings.FRAGMENT_PURGE_TOKEN}"}
    try:
        answer = httpx.post(url, json=body, headers=headers, timeout=_SECONDS)
    except httpx.HTTPError as error:
        raise CommandError(f"{url}: {type(error).__name__}: {error}; nothing was purged") from error
    if answer.status_code != 204:
        raise CommandError(f"{url}: {answer.status_code} {answer.text.strip()[:200]}")


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
