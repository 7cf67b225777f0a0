"""Account pages, in every language of the site."""

from django.conf import settings
from django.urls import URLPattern, re_path

from .views import account, addresses, closing, entrance, passwords
from .views import oidc as elsewhere

# Each language but the default one is below its own path: site_shell/composer/locales.py.
_OTHERS = "|".join(code.lower() for code, _ in settings.LANGUAGES[1:])
_BASE = rf"^(?:(?:{_OTHERS})/)?account/"

urlpatterns: list[URLPattern] = [
    re_path(rf"{_BASE}$", account.account, name="account"),
    re_path(rf"{_BASE}sign-in/$", entrance.sign_in, name="account-sign-in"),
    re_path(rf"{_BASE}sign-out/$", entrance.sign_out, name="account-sign-out"),
    re_path(rf"{_BASE}register/$", entrance.register, name="account-register"),
    re_path(rf"{_BASE}password/$", passwords.change, name="account-password"),
    re_path(rf"{_BASE}reset/$", passwords.forgotten, name="account-forgotten"),
    re_path(
        rf"{_BASE}reset/(?P<reference>[0-9a-f]{{1,32}})/(?P<token>[0-9a-z]+-[0-9a-f]+)/$",
        passwords.reset,
        name="account-reset",
    ),
    re_path(rf"{_BASE}close/$", closing.close, name="account-close"),
    re_path(rf"{_BASE}email/$", addresses.change, name="account-email"),
    re_path(rf"{_BASE}confirm/$", addresses.again, name="account-confirm-again"),
    re_path(
        rf"{_BASE}confirm/(?P<token>[A-Za-z0-9_:.-]{{1,1000}})/$",
        addresses.confirm,
        name="account-confirm",
    ),
    re_path(rf"{_BASE}elsewhere/$", elsewhere.begin, name="account-elsewhere"),
    re_path(rf"{_BASE}signed-out/$", elsewhere.signed_out, name="account-signed-out"),
    re_path(rf"{_BASE}callback/$", elsewhere.callback, name="account-callback"),
]
