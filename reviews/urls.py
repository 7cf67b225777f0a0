"""What the service serves: its fragments, its health, its moderation desk and, in development,
the photos (elsewhere whoever answers ``MEDIA_URL`` does that)."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import path
from fragment_contract import fragment_urls, health_urls

from .fragments import review_form, review_list, review_stars

urlpatterns = [
    *fragment_urls(review_list, review_form, review_stars),
    *health_urls(),
    path("admin/", admin.site.urls),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
