"""Tell the composer that what it keeps under some tags is out of date."""

import logging
from dataclasses import dataclass, field

import httpx
from django.db import DEFAULT_DB_ALIAS, transaction

from .caching import check_tags
from .project import setting

logger = logging.getLogger(__name__)

# An editor waits for it after saving.
_TIMEOUT_SECONDS = 2.0


def purge_on_commit(*tags: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Purge the tags when the transaction commits; at once outside of a transaction.

    The setting (or environment variable) ``FRAGMENT_PURGE_URL`` says where; without it nothing
    is sent. A purge that fails is logged, never raised: what was saved stays saved, and the
    composer's copy ends by its own age. Raises InvalidTag for a tag that cannot travel.
    """
    wanted = check_tags(tags)
    connection = transaction.get_connection(using)
    pending = [
        (savepoints, callback)
        for savepoints, callback, _ in connection.run_on_commit
        if isinstance(callback, _Purge)
    ]
    for savepoints, callback in pending:
        # Rolled back together, so sent together; None is a block without a savepoint.
        if savepoints - {None} == set(connection.savepoint_ids) - {None}:
            callback.tags.update(dict.fromkeys(wanted))
            return
    sent = pending[0][1].sent if pending else set()
    purge = _Purge(dict.fromkeys(wanted), sent)
    transaction.on_commit(purge, using=using, robust=True)


@dataclass(eq=False)
class _Purge:
    """One message. ``sent`` is shared by all messages of one transaction."""

    tags: dict[str, None]
    sent: set[str] = field(default_factory=set)

    def __call__(self) -> None:
        tags = [tag for tag in self.tags if tag not in self.sent]
        self.sent.update(tags)
        url = setting("FRAGMENT_PURGE_URL")
        if tags and url:
            _send(url, setting("FRAGMENT_PURGE_TOKEN"), tags)


def _send(url: str, token: str, tags: list[str]) -> None:
    try:
        # trust_env off: a proxy meant for the outside world is not on the way to our composer.
        with httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=False) as client:
            response = client.post(
                url, json={"tags": tags}, headers={"authorization": f"Bearer {token}"}
            )
        response.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        logger.error("purge of %s at %s failed: %s", ", ".join(tags), url, error)
