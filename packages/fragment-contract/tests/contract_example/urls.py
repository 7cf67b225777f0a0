from fragment_contract import fragment_urls, health_urls

from .fragments import bare, hello

urlpatterns = [*fragment_urls(hello, bare), *health_urls()]
