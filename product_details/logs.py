"""Log lines for machines: one JSON object a line."""

import json
import logging


class JsonFormatter(logging.Formatter):
    """Time, level, logger and message of a record, and its traceback if it has one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON; line breaks in messages stay inside it."""
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
