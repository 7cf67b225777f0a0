"""Parameter Store, as far as a registry needs it."""

from typing import Any, Final

import boto3
from botocore.config import Config

# Whoever reads tries again by himself soon enough; the SDK's own patience would be minutes.
_LIMITS: Final = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2}
)


def parameter_store() -> Any:
    """A client of one's own: a session is no thing to share between threads or processes."""
    return boto3.session.Session().client("ssm", config=_LIMITS)


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
