"""The registry file names every fragment once, where it is."""

import json
from pathlib import Path

from dev import projects
from dev.projects import ROOT
from dev.registry import registry, write_registry

SERVICES = {
    service.name: f"http://127.0.0.1:{port}" for port, service in enumerate(projects.SERVICES, 9001)
}


def addresses(document: dict[str, object]) -> dict[str, str]:
    fragments = document["microFrontends"]
    assert isinstance(fragments, dict)
    return {name: release["url"] for name, [release] in fragments.items()}


def test_a_fragment_is_found_under_its_service() -> None:
    found = addresses(registry(SERVICES, "http://localhost:8000"))
    assert found["reviews/form"] == "http://127.0.0.1:9002/fragments/form"
    assert found["product_details/page"] == "http://127.0.0.1:9001/fragments/page"
    assert found["notifications/toasts"] == "http://localhost:8000/static/notifications_static"


def test_the_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "registry.json"
    path.write_text("old and longer than anything that is written over it" * 1000)
    write_registry(path, SERVICES, "http://localhost:8000")
    assert set(json.loads(path.read_text())) == {"schema", "microFrontends"}
    assert list(tmp_path.iterdir()) == [path]


def test_the_compose_file_registers_the_same_fragments() -> None:
    committed = json.loads((ROOT / "deploy" / "compose" / "registry.json").read_text())
    assert addresses(committed).keys() == addresses(registry(SERVICES, "http://x")).keys()
