"""Alive and ready."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client


def test_healthz_says_that_the_process_lives_and_asks_nobody(service: Client) -> None:
    response = service.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["cache-control"] == "no-store"


@pytest.mark.django_db
def test_readyz_is_fine_while_databases_answer(service: Client) -> None:
    assert service.get("/readyz").status_code == 200
    assert service.head("/readyz").status_code == 200


@pytest.mark.django_db(databases=["default"])
def test_readyz_is_503_when_a_database_is_away_and_tells_the_log_alone(
    service: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    away = connections.create_connection("default")
    away.settings_dict = {**away.settings_dict, "NAME": str(tmp_path / "no" / "such.sqlite3")}
    monkeypatch.setattr(type(connections), "__getitem__", lambda self, alias: away)
    response = service.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"database default does not answer\n"
    assert "unable to open database file" in caplog.text


def test_health_is_read_only(service: Client) -> None:
    for path in ("/healthz", "/readyz"):
        assert service.post(path).status_code == 405
