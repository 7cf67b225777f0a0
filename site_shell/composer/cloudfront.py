"""CloudFront in front of the site: a purge empties it, too.

All of it, by one path: ``/*`` costs as much as any other, and no process has to know which pages
another one has sent. Purges that come within a moment are one invalidation.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

logger = logging.getLogger(__name__)

EVERYTHING: Final = "/*"
# Editors do several things at once; a thousand invalidations a month are free.
_GATHER_SECONDS: Final = 2.0
# Between tries; after the last one it is given up, and said.
_PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
_CLOSING_SECONDS: Final = 5.0


def cloudfront() -> Any:
    """A client of CloudFront. Credentials and endpoint are found as the AWS SDK finds them."""
    limits = Config(connect_timeout=3, read_timeout=10, retries={"max_attempts": 1})
    # The service has one region, and the SDK wants to be told one.
    return boto3.session.Session(region_name="us-east-1").client("cloudfront", config=limits)


class Invalidations:
    """Asks CloudFront to forget, in a thread that lives while there is something to ask.

    Nobody who purges waits for that. A try that is repeated has the same caller reference, so
    CloudFront does it once.
    """

    def __init__(
        self,
        distribution: str,
        *,
        client: Callable[[], Any] = cloudfront,
        gather: float = _GATHER_SECONDS,
        pauses: tuple[float, ...] = _PAUSES,
    ) -> None:
        self._distribution = distribution
        self._make_client = client
        self._gather = gather
        self._pauses = pauses
        self._lock = threading.Lock()
        self._wanted = False
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()

    def soon(self) -> None:
        """Invalidate everything that was purged until now, in a moment."""
        with self._lock:
            self._wanted = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="cloudfront", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Ask for what is waiting at once, with little time for it."""
        self._ending.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(_CLOSING_SECONDS)

    def _run(self) -> None:
        while True:
            self._ending.wait(self._gather)
            with self._lock:
                self._wanted = False
            # What is purged from here on is another invalidation.
            self._invalidate(f"purge-{uuid.uuid4().hex}")
            with self._lock:
                if not self._wanted:
                    self._thread = None
                    return

    def _invalidate(self, reference: str) -> None:
        batch = {
            "Paths": {"Quantity": 1, "Items": [EVERYTHING]},
            "CallerReference": reference,
        }
        for pause in (*self._pauses, None):
            try:
                made = self._make_client().create_invalidation(
                    DistributionId=self._distribution, InvalidationBatch=batch
                )
            except (BotoCoreError, ClientError, OSError) as error:
                tail = f"again in {pause:g} s" if pause is not None else "given up"
                logger.error("CloudFront %s: %s; %s", self._distribution, error, tail)
                if pause is None or self._ending.wait(pause):
                    return
            else:
                logger.info("CloudFront invalidation %s", made["Invalidation"]["Id"])
                return
