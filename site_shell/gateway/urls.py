"""Where actions are sent."""

from django.urls import path
from fragment_contract import wire

from .views import act

urlpatterns = [
    path(f"{wire.ACTION_PREFIX.removeprefix('/')}<slug:service>/<slug:short>/<slug:action>", act),
]
