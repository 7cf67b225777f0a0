from django.urls import URLPattern, path, re_path

from . import relay, rum, scraping, signing_in, staging, views
from .changing import ACTIONS

_NAME = r"(?P<name>[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9_-]*)"
_BOARD = "_composer/operations/"

urlpatterns: list[URLPattern] = [
    path("_composer/staff/sign-in/", signing_in.sign_in, name="sign-in"),
    path("_composer/staff/sign-out/", signing_in.sign_out, name="sign-out"),
    path("_composer/staging/", staging.staging, name="staging"),
    re_path(
        r"^_composer/staging/at/(?P<service>[a-z0-9_-]+)/(?P<short>[a-z0-9_-]+)/(?P<path>.+)$",
        relay.relay,
        name="staging-relay",
    ),
    path("_composer/metrics/", scraping.metrics, name="metrics"),
    path("_composer/rum", rum.rum, name="rum"),
    path(_BOARD, views.board, name="operations"),
    re_path(rf"^{_BOARD}{_NAME}/$", views.fragment, name="operations-fragment"),
    re_path(
        rf"^{_BOARD}{_NAME}/(?P<action>{'|'.join(ACTIONS)})/$",
        views.changing,
        name="operations-change",
    ),
]
