"""Parameter Store, as far as a registry needs it."""

from typing import Any, Final

import boto3
from botocore.config import Config

# Whoever reads tries again by himself soon enough; the SDK's own patience would be minutes.
READER_SECONDS: Final = 5
# Of a write that was given up nobody knows whether it was made.
WRITER_SECONDS: Final = 20


def parameter_store(seconds: int = READER_SECONDS) -> Any:
    """A client of one's own: a session is no thing to share between threads or processes."""
    limits = Config(
        connect_timeout=2,
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": 2},
    )
    return boto3.session.Session().client("ssm", config=limits)


def read_all(client: Any, prefix: str) -> dict[str, str]:
    """The values by fragment name. All pages or none: half a listing would unregister."""
    pages = client.get_paginator("get_parameters_by_path").paginate(
        Path=prefix, Recursive=True, WithDecryption=False
    )
    return {
        parameter["Name"].removeprefix(f"{prefix}/"): parameter["Value"]
        for page in pages
        for parameter in page["Parameters"]
    }
