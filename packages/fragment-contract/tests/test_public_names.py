"""What the package exports, pinned: a change here is a change of its version."""

import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from types import ModuleType

import fragment_contract
import pytest
from fragment_contract import conformance, errors, testing


def test_exported_names() -> None:
    assert fragment_contract.__all__ == [
        "Action",
        "Asset",
        "Cache",
        "ContractError",
        "Css",
        "Fragment",
        "FragmentContext",
        "FragmentInfo",
        "Gone",
        "Inputs",
        "Integer",
        "InvalidDeclaration",
        "InvalidManifest",
        "InvalidParameters",
        "InvalidTag",
        "Js",
        "Manifest",
        "Moved",
        "NothingToShow",
        "Outcome",
        "Text",
        "UnknownAsset",
        "Visitor",
        "add_tags",
        "context",
        "deadline",
        "fragment",
        "fragment_urls",
        "health_urls",
        "idempotency_key",
        "inputs",
        "link",
        "parse_manifest",
        "purge_on_commit",
        "visitor",
    ]


def test_exported_names_of_the_test_kit() -> None:
    assert testing.__all__ == [
        "Answer",
        "BreakOff",
        "Drip",
        "Element",
        "Endless",
        "FakeFragmentServer",
        "Gate",
        "GzipBomb",
        "Hang",
        "Raw",
        "Received",
        "Reply",
        "parse",
    ]
    assert conformance.__all__ == [
        "CHECKS",
        "Check",
        "NotApplicable",
        "Result",
        "Target",
        "Violation",
        "judge",
        "run",
    ]


@pytest.mark.parametrize("module", [fragment_contract, testing, conformance])
def test_every_exported_name_exists_and_is_documented(module: ModuleType) -> None:
    for name in module.__all__:
        value = getattr(module, name)
        assert not inspect.isclass(value) or value.__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = fragment_contract.nonsense


def test_the_version_is_the_installed_one() -> None:
    assert fragment_contract.__version__ == version("fragment-contract")


def modules() -> list[ModuleType]:
    found = pkgutil.walk_packages(fragment_contract.__path__, "fragment_contract.")
    return [import_module(item.name) for item in found if not item.name.endswith("__main__")]


def test_all_exceptions_are_in_one_tree() -> None:
    for module in modules():
        for name, value in vars(module).items():
            if inspect.isclass(value) and issubclass(value, BaseException):
                foreign = not value.__module__.startswith("fragment_contract")
                assert foreign or value.__module__ == errors.__name__, name
                assert foreign or issubclass(value, errors.ContractError), name


def test_the_drawn_tree_is_the_real_one() -> None:
    drawn = errors.__doc__ or ""
    for name, value in vars(errors).items():
        if inspect.isclass(value) and value.__module__ == errors.__name__:
            assert name in drawn
            assert value.__doc__


WITHOUT_DJANGO = [
    "wire",
    "errors",
    "manifest",
    "parameters",
    "caching",
    "request_context",
    "request_inputs",
    "testing",
    "testing.identity",
    "identity",
    "context_token",
    "conformance",
    "conformance.__main__",
    "pytest_plugin",
]


@pytest.mark.parametrize("name", WITHOUT_DJANGO)
def test_composers_and_tools_need_no_django(name: str) -> None:
    code = f"import sys, fragment_contract.{name}; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)


def test_services_names_can_be_imported_before_django_is_set_up() -> None:
    names = ", ".join(fragment_contract.__all__)
    code = f"from fragment_contract import {names}"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)
