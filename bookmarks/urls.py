"""What the service serves: its fragments, its health and its desk."""

from django.contrib import admin
from django.urls import path
from fragment_contract import fragment_urls, health_urls

from .fragments import toggle

urlpatterns = [
    *fragment_urls(toggle),
    *health_urls(),
    path("admin/", admin.site.urls),
]
