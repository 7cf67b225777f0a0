"""What the service serves: its fragments, its health, its API and the staff's admin."""

from django.contrib import admin
from django.urls import path
from fragment_contract import fragment_urls, health_urls

from .api import purchases
from .fragments import FRAGMENTS

urlpatterns = [
    *fragment_urls(*FRAGMENTS),
    *health_urls(),
    path("api/purchases", purchases),
    path("admin/", admin.site.urls),
]
