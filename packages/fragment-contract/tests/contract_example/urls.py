from fragment_contract import fragment_urls, health_urls

from .fragments import bare, hello, priced

urlpatterns = [*fragment_urls(hello, bare, priced), *health_urls()]
