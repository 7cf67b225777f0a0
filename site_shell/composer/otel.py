"""Spans for OpenTelemetry. Imported only where tracing is on: requirements-tracing.txt."""

import os
from collections.abc import Mapping

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .tracing import Attributes, Span

_DEFAULT_NAME = "site-shell"


class OtelSpan:
    """A span of OpenTelemetry's."""

    def __init__(self, tracer: trace.Tracer, span: trace.Span) -> None:
        self._tracer = tracer
        self._span = span

    def traceparent(self) -> str:
        """See Span."""
        own = self._span.get_span_context()
        return f"00-{own.trace_id:032x}-{own.span_id:016x}-{own.trace_flags:02x}"

    def child(self, name: str, attributes: Attributes) -> Span:
        """See Span."""
        around = trace.set_span_in_context(self._span)
        span = self._tracer.start_span(
            name, around, kind=SpanKind.CLIENT, attributes=dict(attributes)
        )
        return OtelSpan(self._tracer, span)

    def end(self, attributes: Attributes, *, name: str = "", error: str = "") -> None:
        """See Span."""
        if name:
            self._span.update_name(name)
        self._span.set_attributes(dict(attributes))
        if error:
            self._span.set_status(StatusCode.ERROR, error)
        self._span.end()


class OtelTracer:
    """Follows pages and hands their spans to a processor."""

    def __init__(self, processor: SpanProcessor) -> None:
        name = os.environ.get("OTEL_SERVICE_NAME", _DEFAULT_NAME)
        # One of our own, not the global one: a process may hold several shells, as tests do.
        self._provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}))
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("site_shell.composer")
        self._propagator = TraceContextTextMapPropagator()

    def begin(self, headers: Mapping[str, str], attributes: Attributes) -> Span:
        """See Tracer."""
        caller = self._propagator.extract(headers)
        span = self._tracer.start_span(
            "page", caller, kind=SpanKind.SERVER, attributes=dict(attributes)
        )
        return OtelSpan(self._tracer, span)

    def close(self) -> None:
        """See Tracer."""
        self._provider.shutdown()


def open_tracer(endpoint: str) -> OtelTracer:
    """Sends spans in batches to a collector that speaks OTLP over HTTP at this address."""
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    return OtelTracer(BatchSpanProcessor(exporter))
