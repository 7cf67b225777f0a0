"""Who is asking, with what he did before signing in made his own."""

from django.http import HttpRequest
from fragment_contract import Visitor, visitor

from . import adoption


def known_visitor(request: HttpRequest) -> Visitor | None:
    """The visitor of a request, if it says who that is.

    The shell tells a service once who somebody was before; should that have failed, every token
    says it again.
    """
    found = visitor(request)
    if found is not None and found.former:
        adoption.adopt(found.former, found.subject)
    return found
