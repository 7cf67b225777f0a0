"""What the service serves: its fragments, its health and the staff's admin."""

from django.contrib import admin
from django.urls import path
from fragment_contract import fragment_urls, health_urls

from .fragments import mini_cart

urlpatterns = [
    *fragment_urls(mini_cart),
    *health_urls(),
    path("admin/", admin.site.urls),
]
