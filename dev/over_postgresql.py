"""Pytest's plugin for tests over another database: only those that use one say anything new.

What draws, counts or reads files has told all it knows in the project's own session.
"""

import pytest

# pytest-django's. Its other fixtures with a database ask for one of these.
_FIXTURES = {"db", "transactional_db", "django_db_setup"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the others out; pytest's closing line says how many these were."""
    others = [item for item in items if not uses_database(item)]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if uses_database(item)]


def uses_database(item: pytest.Item) -> bool:
    asked_for: list[str] = getattr(item, "fixturenames", [])
    return item.get_closest_marker("django_db") is not None or not _FIXTURES.isdisjoint(asked_for)
