from django.urls import path

from . import signing_in

urlpatterns = [
    path("_composer/staff/sign-in/", signing_in.sign_in, name="sign-in"),
    path("_composer/staff/sign-out/", signing_in.sign_out, name="sign-out"),
]
