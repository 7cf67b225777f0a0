"""What the service serves: its fragments, its health, its API, its editors' admin and, in
development, the photographs (elsewhere whoever answers ``MEDIA_URL`` does that)."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path
from fragment_contract import fragment_urls, health_urls

from .fragments import navigation, product_card, product_list, product_page, related_products
from .showcase import recently_viewed, recommendations, stores, teasers

urlpatterns = [
    *fragment_urls(product_page, product_list, product_card, related_products, navigation),
    *fragment_urls(teasers, recommendations, recently_viewed, stores),
    *health_urls(),
    path("", include("product_details.api.urls")),
    path("admin/", admin.site.urls),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
