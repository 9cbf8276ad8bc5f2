"""docs/reference/traces.md: the spans, the lines of the log, and the attributes that may leave."""

from pagewire.telemetry.allowed import ALLOWED, LONGEST

_HEAD = """\
# Traces

<!-- Written by `python -m tests.generated`; edit it there, and attributes in `pagewire.telemetry.allowed`. -->

[See it](../how-to/see-it.md) tells how to turn traces on. What follows is what they hold.

## Spans

One message, its answer and Meta's echo of it are one trace, through as many processes as they pass:

| span | kind | part of | begins and ends |
| --- | --- | --- | --- |
| `POST /webhooks/{namespace}/{app}` | server | nothing | a genuine body to its answer; for what is refused, the whole request |
| `publish events` | producer | the request | until an event is durable; a body of more than 20 events has one for all |
| `process events` | consumer | `publish events`, and a link to it | one attempt of one plugin |
| `hook HOOK PLUGIN` | internal | the attempt | one hook; a plugin's own spans are part of it |
| `POST /{id}/messages` and other templates | client | the attempt | one request to the Graph API |
| `GET /{id}` and other templates | client | the hook that asks; the attempt in doubt | looking up a profile, or a conversation |
| `receive echo` | consumer | the request to the Graph API | the echo is durable; links lead to the echo's own trace and back |
| `reconcile KIND` | internal | nothing | one reconciliation of the operator |
| `POST /{page}/subscribed_apps` and others | client | the reconciliation | one request of the operator's to the Graph API |

* **Retries, replays, and work older than five minutes** begin a trace of their own, with a link to what caused them: a trace
  does not grow for days.
* **Look-ups that belong to nobody's message**, as of healing, are a trace each, one of so many.
* **Repeats of Meta's** have a `publish events` with `pagewire.outcome` `duplicate`, and nothing after it.
* **A plugin's own spans** are recorded only within a hook that is traced; its `Http` sends no trace along unless it asks.
* An echo is found by the id that went along with the send, or by Meta's message id, among the last 10,000 sends that this
  process traced: after a restart in between, or if Instagram's echo is faster than the answer to the send, `receive echo` is
  missing.

## What is traced

Whether a webhook is traced is decided once, when its body is known to be genuine, by `OTEL_TRACES_SAMPLER` (one of ten by
default), by `spec.tracePercent` of its account, or because somebody asked for
the next events of an account. Everything that follows from it is traced, too, in every process. No request header has a say:
`traceparent`, `tracestate` and `baggage` of strangers are not read. None of them goes to Meta; a plugin's HTTP requests carry
`traceparent` if the plugin asks for it (`trace=True`).

Errors are marked by the status and `error.type`. To keep every trace with an error and a share of the others, set
`OTEL_TRACES_SAMPLER=always_on` and sample in the Collector (`tail_sampling`).

## Log records

With `OTEL_LOGS_EXPORTER=otlp` each line of the log is a log record: its time, its severity, its logger as the scope, and trace
and span id of the span it was written in. Of its words only these leave:

* Words between values, in lines of Pagewire's own programs: they are constants. Of a line of a plugin or a library, `*`.
* Values that are numbers below a million millions, names of installed plugins, constants, names of resources (operator), and
  errors, of which the class is told. In the place of any other value there is `*`.
* What was given as `extra`, if it is on the list of attributes; the plugin whose line it is as `pagewire.plugin.name`; the
  class of the exception as `exception.type`. No text of an exception, and no traceback.

So `plugin crm-sync failed for Ann: no such customer` is `plugin crm-sync failed for *: *`; the trace, and the same line on
standard error, tell the rest. `log.record.original` in `PAGEWIRE_TRACE_ATTRIBUTES` adds the whole line, with the values of
secrets in addresses masked.

## Attributes

Only these leave the process, as values of at most LONGEST characters. Everything else, span events, and texts of a status are
taken out
before an exporter sees them, whoever set them; `pagewire_telemetry_attributes_removed_total` counts them.
`PAGEWIRE_TRACE_ATTRIBUTES`
allows further ones by name, with commas between them: for plugins whose values you know.

| attribute | meaning |
| --- | --- |
"""


def text() -> str:
    """The whole page."""
    rows = [f"| `{name}` | {meaning} |\n" for name, meaning in sorted(ALLOWED.items())]
    return "".join([_HEAD.replace("LONGEST", str(LONGEST)), *rows])
