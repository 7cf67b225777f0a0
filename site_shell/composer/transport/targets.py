"""What the registry's ``lambda:`` and ``states:`` URLs name.

| URL | names |
|---|---|
| ``lambda:reviews-list:live/fragments/list`` | a function, its alias or version, and a path |
| ``lambda:arn:aws:lambda:eu-central-1:123456789012:function:list:live`` | the same, anywhere |
| ``states:arn:aws:states:eu-central-1:123456789012:stateMachine:reviews`` | an Express workflow |

AWS allows no slash in these names, so the first one begins the path that the service is asked for.
Pure.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from ..errors import ConnectFailed

_NAME: Final = r"[A-Za-z0-9_-]{1,64}"
_QUALIFIER: Final = r"\$LATEST|[A-Za-z0-9_-]{1,128}"
_REST: Final = r"(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?"
_LAMBDA: Final = re.compile(
    rf"lambda:(?P<target>arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):\d{{12}}:function:{_NAME}"
    rf"|{_NAME})(?::(?P<qualifier>{_QUALIFIER}))?{_REST}"
)
# A version or an alias of a state machine is part of its ARN.
_STATES: Final = re.compile(
    r"states:(?P<target>arn:aws[a-z-]*:states:(?P<region>[a-z0-9-]+):\d{12}:"
    rf"stateMachine:[A-Za-z0-9_-]{{1,80}}(?::[A-Za-z0-9_-]{{1,80}})?)(?P<qualifier>(?!)x)?{_REST}"
)

LEGAL: Final = {
    "lambda": "lambda:NAME[:ALIAS][/PATH], or lambda: and the function's ARN",
    "states": "states: and the ARN of an Express state machine, [/PATH]",
}


class Target(NamedTuple):
    """``region`` and ``qualifier`` are empty where the URL names none."""

    name: str
    region: str
    qualifier: str
    path: str
    query: str


@lru_cache(maxsize=1024)
def parse_target(url: str) -> Target:
    """What a URL of one of these schemes names; raises ConnectFailed if it names nothing."""
    scheme = url.partition(":")[0]
    found = (_LAMBDA if scheme == "lambda" else _STATES).fullmatch(url)
    if not found:
        raise ConnectFailed(f"{url!r:.200} is not {LEGAL.get(scheme, 'known')}")
    return Target(
        found["target"],
        found["region"] or "",
        found["qualifier"] or "",
        found["path"] or "/",
        found["query"] or "",
    )
