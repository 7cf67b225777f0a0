"""A Django service as a function: a process that reads events and writes answers, a line each.

Started by ``test_django_as_a_function.py``, as AWS's runtime starts the code of a function.
"""

import json
import sys
from typing import Annotated, Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from fragment_contract import Cache, Text, fragment, fragment_urls
from fragment_contract.aws_lambda import lambda_handler

Product = Annotated[str, Text(pattern=r"[a-z0-9-]+", max_length=40)]


@fragment("reviews/list", version="1.0.0", cache=Cache(max_age=60), tags=("reviews:{product}",))
def reviews(request: HttpRequest, *, product: Product) -> HttpResponse:
    return HttpResponse(f"<p>Lovely {product}, lovely caf\u00e9.</p>")


@reviews.action("submit")
def submit(request: HttpRequest) -> HttpResponse:
    if request.POST["title"] == "go":
        return HttpResponseRedirect("/thanks/")
    return HttpResponse(f"<p>Thank you for {request.POST['title']}.</p>")


urlpatterns = fragment_urls(reviews)


def main() -> None:
    settings.configure(
        SECRET_KEY="only-for-tests",
        ALLOWED_HOSTS=["lambda.internal", "states.internal"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["fragment_contract"],
    )
    django.setup()
    handler = lambda_handler(get_wsgi_application())
    say({"ready": True})
    for line in sys.stdin:
        say(handler(json.loads(line), None))


def say(answer: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
