"""Pages and fetches as spans: as OpenTelemetry's own exporter has them, and on the wire."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import LazySettings
from fragment_contract.testing import Reply
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from site_shell.composer import conf, otel
from site_shell.tests.composing.kit import Face, World

PAGE = '{% fragment "reviews/list" %}{% fragment "reviews/form" %}'
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = "http://collector.test:4318"
    tracer = otel.OtelTracer(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(otel, "open_tracer", lambda endpoint: tracer)
    return exporter


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


def identity(span: ReadableSpan) -> tuple[str, str]:
    context = span.get_span_context()
    assert context is not None
    return f"{context.trace_id:032x}", f"{context.span_id:016x}"


def test_a_page_is_a_span_and_each_fetch_one_below_it(
    world: World, face: Face, spans: InMemorySpanExporter
) -> None:
    content = world.fragment("reviews/list")
    world.fragment("reviews/form")
    world.page(PAGE)
    with world.open(face) as client:
        client.get("/shop/", headers={"traceparent": CALLER, "x-request-id": "request-1"})
    found = by_name(spans)
    page, fetch = found["GET shop"], found["fetch reviews/list"]
    assert page.kind is SpanKind.SERVER and fetch.kind is SpanKind.CLIENT
    assert page.parent is not None and f"{page.parent.span_id:016x}" == CALLER.split("-")[2]
    assert page.attributes is not None and fetch.attributes is not None
    assert page.attributes["http.response.status_code"] == 200
    assert page.attributes["composer.request_id"] == "request-1"
    assert fetch.attributes["composer.fragment"] == "reviews/list"
    assert fetch.attributes["composer.release"] == "1.0.0"
    assert fetch.attributes["composer.outcome"] == "ok"
    assert {identity(span)[0] for span in (page, fetch)} == {CALLER.split("-")[1]}
    assert fetch.parent is not None and f"{fetch.parent.span_id:016x}" == identity(page)[1]
    # The service hangs its own spans below the fetch, not below the page.
    (request,) = world.services["reviews"].requests_for(content)
    trace_id, span_id = identity(fetch)
    assert request.headers["traceparent"] == f"00-{trace_id}-{span_id}-01"


def test_what_failed_is_an_error_with_its_reason(world: World, spans: InMemorySpanExporter) -> None:
    content = world.fragment("reviews/list")
    world.services["reviews"].respond(content, Reply(status=500))
    world.page('{% fragment "reviews/list" required=True %}')
    with world.open("lane") as client:
        assert client.get("/shop/").status_code == 502
    found = by_name(spans)
    for name in ("GET shop", "fetch reviews/list"):
        assert found[name].status.status_code is StatusCode.ERROR
    attributes = found["fetch reviews/list"].attributes
    assert attributes is not None and attributes["composer.outcome"] == "http-500"


def test_who_decided_against_sampling_is_obeyed(world: World, spans: InMemorySpanExporter) -> None:
    content = world.fragment("reviews/list")
    world.page('{% fragment "reviews/list" %}')
    with world.open("lane") as client:
        client.get("/shop/", headers={"traceparent": CALLER[:-2] + "00"})
    assert spans.get_finished_spans() == ()
    (request,) = world.services["reviews"].requests_for(content)
    assert request.headers["traceparent"].startswith(CALLER[:36])
    assert request.headers["traceparent"].endswith("-00")


@pytest.mark.parametrize("given", ["", "nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_a_trace_begins_here_if_nobody_began_it(
    world: World, spans: InMemorySpanExporter, given: str
) -> None:
    world.fragment("reviews/list")
    world.page('{% fragment "reviews/list" %}')
    with world.open("lane") as client:
        client.get("/shop/", headers={"traceparent": given})
    page = by_name(spans)["GET shop"]
    assert page.parent is None


def test_every_page_that_is_composed_ends_its_span(
    world: World, spans: InMemorySpanExporter
) -> None:
    world.page("nothing")
    with world.open("lane") as client:
        client.get("/shop/")
        client.get("/nothing/")
        client.get("/shop")
        client.post("/shop/")
        client.get("/%zz")
    statuses = sorted(
        int(str(span.attributes["http.response.status_code"]))
        for span in spans.get_finished_spans()
        if span.attributes
    )
    # What nobody owns is Django's, and its 404 page is composed all the same.
    assert statuses == [200, 301, 400, 404, 405]


def test_without_a_collector_nothing_is_followed(world: World) -> None:
    content = world.fragment("reviews/list")
    world.page('{% fragment "reviews/list" %}')
    with world.open("lane") as client:
        client.get("/shop/", headers={"traceparent": CALLER})
        assert conf.runtime().tracer is None
    (request,) = world.services["reviews"].requests_for(content)
    assert request.headers["traceparent"].startswith(CALLER[:36])
    assert request.headers["traceparent"] != CALLER


class Collector(BaseHTTPRequestHandler):
    """Takes what is sent to it as OTLP over HTTP."""

    taken: list[tuple[str, ExportTraceServiceRequest]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.taken.append((self.path, ExportTraceServiceRequest.FromString(body)))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, ExportTraceServiceRequest]]]]:
    taken: list[tuple[str, ExportTraceServiceRequest]] = []
    handler = type("Handler", (Collector,), {"taken": taken})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", taken
    server.shutdown()
    server.server_close()


def test_a_collector_gets_the_spans_over_a_socket(
    world: World,
    settings: LazySettings,
    collector: tuple[str, list[tuple[str, ExportTraceServiceRequest]]],
) -> None:
    origin, taken = collector
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = origin
    world.fragment("reviews/list")
    world.page('{% fragment "reviews/list" %}')
    with world.open("lane") as client:
        client.get("/shop/")
    paths = {path for path, _ in taken}
    resources = [resource for _, request in taken for resource in request.resource_spans]
    names = {span.name for one in resources for scope in one.scope_spans for span in scope.spans}
    services = {
        attribute.value.string_value
        for one in resources
        for attribute in one.resource.attributes
        if attribute.key == "service.name"
    }
    assert paths == {"/v1/traces"}
    assert names == {"GET shop", "fetch reviews/list"}
    assert services == {"site-shell"}
