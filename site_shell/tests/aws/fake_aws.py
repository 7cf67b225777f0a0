"""AWS's Lambda and Step Functions over real sockets, as far as their documentation tells.

moto needs Docker to run functions, and knows no synchronous workflows. Every request must be
signed: the signature is recomputed from what came over the wire. ``test_fake_aws.py`` lets AWS's
own SDK call this, so that it does not speak a language of its own.
"""

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote

from .signatures import Key, problem_of

REGION = "eu-central-1"
ACCOUNT = "123456789012"
Event = dict[str, Any]
# Gives the payload: an object that becomes JSON, or bytes as they are.
Function = Callable[[Event], object]


class AwsError(Exception):
    """What AWS answers instead of a result."""

    def __init__(self, status: int, name: str, message: str = "") -> None:
        super().__init__(name)
        self.status, self.name, self.message = status, name, message


class Raised(Exception):
    """What a function or workflow ended with: the name of its error, and what it says of it."""

    def __init__(self, name: str, message: str, *, status: str = "FAILED") -> None:
        super().__init__(name)
        self.name, self.message, self.status = name, message, status


@dataclass
class FakeAws:
    """``functions`` by name or name:alias, ``machines`` by ARN; ``calls`` is what came."""

    key: Key = field(default_factory=Key)
    functions: dict[str, Function] = field(default_factory=dict)
    machines: dict[str, Function] = field(default_factory=dict)
    calls: list[Event] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    connections: int = 0
    region: str = REGION
    # Added to the end of each error's message: a hostile or careless endpoint repeats what it got.
    repeats_headers: bool = False
    url: str = ""

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(60)

    def environment(self) -> dict[str, str]:
        """What a process needs to come here instead of to AWS."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.key.id,
            "AWS_SECRET_ACCESS_KEY": self.key.secret,
            "AWS_SESSION_TOKEN": self.key.token,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    def answer(
        self, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for a POST."""
        is_lambda = target.startswith("/2015-03-31/functions/")
        service = "lambda" if is_lambda else "states"
        self.headers.append(dict(headers))
        problem = problem_of(
            "POST", target, headers, body, key=self.key, service=service, region=self.region
        )
        try:
            if problem:
                self.problems.append(problem)
                raise AwsError(403 if is_lambda else 400, problem.partition(" ")[0], "The request")
            return self._invoke(target, body) if is_lambda else self._run(headers, body)
        except AwsError as error:
            message = error.message + (f" {dict(headers)}" if self.repeats_headers else "")
            if is_lambda:
                document = {"Type": "User", "Message": message}
                return error.status, {"x-amzn-errortype": error.name}, json.dumps(document).encode()
            document = {"__type": f"com.amazonaws.swf.service.v2.model#{error.name}"}
            return error.status, {}, json.dumps({**document, "message": message}).encode()

    def _invoke(self, target: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        path, _, query = target.partition("?")
        name = unquote(path.split("/")[3]).rpartition(":function:")[2]
        qualifier = parse_qs(query).get("Qualifier", [""])[0]
        event = json.loads(body)
        self.calls.append(event)
        function = self.functions.get(f"{name}:{qualifier}" if qualifier else name)
        if function is None:
            arn = f"arn:aws:lambda:{self.region}:{ACCOUNT}:function:{name}"
            raise AwsError(404, "ResourceNotFoundException", f"Function not found: {arn}")
        try:
            payload = function(event)
        except Raised as error:
            document = {"errorType": error.name, "errorMessage": error.message}
            return 200, {"x-amz-function-error": "Unhandled"}, json.dumps(document).encode()
        return 200, {"x-amz-executed-version": "7"}, _bytes(payload)

    def _run(self, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        if headers.get("x-amz-target") != "AWSStepFunctions.StartSyncExecution":
            raise AwsError(400, "UnknownOperationException")
        call = json.loads(body)
        event = json.loads(call["input"])
        self.calls.append(event)
        machine = self.machines.get(call["stateMachineArn"])
        if machine is None:
            raise AwsError(400, "StateMachineDoesNotExist", "State Machine Does Not Exist")
        execution = {
            "executionArn": call["stateMachineArn"].replace("stateMachine", "express") + ":x:y",
            "stateMachineArn": call["stateMachineArn"],
            "startDate": 1.6e9,
            "stopDate": 1.6e9,
            "input": call["input"],
            "billingDetails": {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100},
        }
        try:
            output = _bytes(machine(event)).decode()
            execution.update(status="SUCCEEDED", output=output)
        except Raised as error:
            execution.update(status=error.status, error=error.name, cause=error.message)
        return 200, {}, json.dumps(execution).encode()


def html(body: object = "<p>hello</p>", **more: Any) -> Event:
    """A well-formed answer of a function."""
    headers = {"Content-Type": "text/html; charset=utf-8"}
    return {"statusCode": 200, "headers": headers, "body": body, **more}


def _bytes(payload: object) -> bytes:
    return payload if isinstance(payload, bytes) else json.dumps(payload).encode()


def _handler(aws: FakeAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            aws.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, added, answer = aws.answer(self.path, headers, body)
            self.send_response(status)
            for name, value in {"content-type": "application/json", **added}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the tests read what came."""

        def handle(self) -> None:
            with suppress(ConnectionError):  # who asked has given up
                super().handle()

    return Handler
