"""How fragments and parameters are written on a command line and in a query."""


def read_target(text: str) -> tuple[str | None, str]:
    """``reviews/list=http://host/fragments/list``, or the URL alone.

    >>> read_target("reviews/list=http://host/fragments/list")
    ('reviews/list', 'http://host/fragments/list')
    """
    name, equals, url = text.partition("=")
    if not equals or "://" in name:
        name, url = "", text
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"must be an http(s) URL, not {url!r}")
    return name or None, url


def read_pair(text: str) -> tuple[str, str]:
    """``product=h1001``

    >>> read_pair("product=h1001")
    ('product', 'h1001')
    """
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ValueError(f"must be NAME=VALUE, not {text!r}")
    return name, value


def write_value(value: str | int) -> str:
    """A parameter's value as it stands in a query.

    >>> write_value(2), write_value(True), write_value("lamps")
    ('2', 'true', 'lamps')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)
