"""``fragment_contract`` in INSTALLED_APPS brings the template tag and the system checks."""

from django.apps import AppConfig


class FragmentContractConfig(AppConfig):
    name = "fragment_contract"
    verbose_name = "Fragment contract"

    def ready(self) -> None:
        from . import checks  # noqa: F401  # registers itself; needs loaded apps
