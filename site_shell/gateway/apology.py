"""The page about an action that could not be carried out, from which it can be sent again."""

from typing import Final
from urllib.parse import parse_qsl

from django.template.loader import render_to_string

from .forwarding import Post
from .sentences import APOLOGIES

_FORM: Final = "application/x-www-form-urlencoded"
_MAX_FIELDS: Final = 200


def apology(post: Post, status: int) -> bytes:
    """HTML to put into a page. It holds what was typed, where that can be put into a form."""
    words = APOLOGIES[status]
    fields = typed(post) if words.passing else []
    context = {
        "title": words.title,
        "message": words.message("here" if fields else "browser"),
        "path": post.request.path,
        "fields": fields,
        "request_id": post.trace.request_id,
    }
    return render_to_string("gateway/problem.html", context).encode()


def typed(post: Post) -> list[tuple[str, str]]:
    """The fields of a form that a browser sent without files; none if it is anything else."""
    if post.media_type != _FORM or post.request.method != "POST":
        return []
    try:
        text = post.body.content.data.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError:
        return []
