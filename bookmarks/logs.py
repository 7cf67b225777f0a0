"""Log lines for machines: one JSON object a line."""

import json
import logging

from django.http import HttpRequest

_TRACES = {"request_id": "x-request-id", "traceparent": "traceparent"}


class JsonFormatter(logging.Formatter):
    """Time, level, logger and message of a record, and its traceback if it has one.

    A record about a request, as Django's own of failures are, has the ids by which the composer's
    log and a trace know it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON; line breaks in messages stay inside it."""
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            ids = {name: request.headers.get(header) for name, header in _TRACES.items()}
            line |= {name: value[:200] for name, value in ids.items() if value}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
