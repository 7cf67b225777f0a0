"""What the service serves: its fragments, its health and its desk."""

from django.contrib import admin
from django.urls import path
from fragment_contract import fragment_urls, health_urls

from .fragments import bookmark_list, recent, state, toggle

urlpatterns = [
    *fragment_urls(toggle, state, bookmark_list, recent),
    *health_urls(),
    path("admin/", admin.site.urls),
]
