from fragment_contract import fragment_urls, health_urls

from .fragments import bare, guestbook, hello, mine, own, priced

urlpatterns = [*fragment_urls(hello, bare, guestbook, mine, own, priced), *health_urls()]
