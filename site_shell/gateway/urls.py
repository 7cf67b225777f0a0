"""Where actions are sent."""

from django.urls import path
from fragment_contract import wire

from .views import act

_ACTION = f"{wire.ACTION_PREFIX.removeprefix('/')}<slug:service>/<slug:short>/<slug:action>"
urlpatterns = [
    path(_ACTION, act),
    # Below a foreign podlet's proxy there is more.
    path(f"{_ACTION}/<path:rest>", act),
    path(f"{_ACTION}/", act),
]
