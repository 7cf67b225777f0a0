"""A fragment service as an AWS Lambda function: ``pip install fragment-contract[aws-lambda]``.

    # myservice/aws.py; the function's handler is myservice.aws.handler
    from fragment_contract.aws_lambda import lambda_handler
    from myservice.wsgi import application

    handler = lambda_handler(application)

It answers the events of API Gateway (both payload versions), of function URLs, and of a composer
that invokes the function itself, where ``Host`` is ``lambda.internal`` (``states.internal`` from a
Step Functions workflow): name these in ALLOWED_HOSTS.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

Event: TypeAlias = dict[str, Any]
Handler: TypeAlias = Callable[[Any, Any], Event]

# Of what a fragment service sends, this is text; all else travels in base64.
_TEXT: Final = ("text/", "application/json", "application/javascript", "image/svg+xml")


def lambda_handler(application: Callable[..., Any]) -> Handler:
    """The Lambda handler of a WSGI application.

    Raises ValueError for what is no such event, such as the console's example.
    """
    from apig_wsgi import make_lambda_handler

    # REST APIs hand base64 back as it is unless told that they may decode it; composers decode.
    answer: Handler = make_lambda_handler(
        application, binary_support=True, non_binary_content_type_prefixes=_TEXT
    )

    def handler(event: Any, context: Any) -> Event:
        if not isinstance(event, dict) or "requestContext" not in event:
            raise ValueError("this is no event of API Gateway: it has no requestContext")
        return answer(event, context)

    return handler
