"""Where a shopper goes back to after a form, as a path that cannot lead to another site."""

import re
from typing import Final

from django.core.exceptions import ValidationError

MAX_LENGTH: Final = 300
# Segments of plain URL characters between single slashes: no scheme, host, query or fragment,
# no backslash (browsers read it as a slash) and no "//" (which begins a host name).
PATTERN: Final = r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%-]+/)*[A-Za-z0-9._~!$&'()*+,;=:@%-]*"
# What the list of reviews puts behind the path: its sorting, its filter and its page.
QUERY: Final = r"(?:[a-z]{1,10}=[a-z0-9]{1,10}(?:&[a-z]{1,10}=[a-z0-9]{1,10}){0,2})?"


def is_return_path(value: str) -> bool:
    """Tell whether a value is a path of this site and nothing more.

    >>> is_return_path("/products/h1001/oak-bowl/")
    True
    >>> is_return_path("//evil.example/")
    False
    """
    return len(value) <= MAX_LENGTH and re.fullmatch(PATTERN, value) is not None


def clean(value: str) -> str:
    """The value, if it is such a path; raises ValidationError."""
    if not is_return_path(value):
        raise ValidationError("Must be a path of this site, such as /products/h1001/.")
    return value
