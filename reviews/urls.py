"""What the service serves: its fragments, its health and its moderation desk."""

from django.contrib import admin
from django.urls import path
from fragment_contract import fragment_urls, health_urls

from .fragments import review_form, review_list

urlpatterns = [
    *fragment_urls(review_list, review_form),
    *health_urls(),
    path("admin/", admin.site.urls),
]
