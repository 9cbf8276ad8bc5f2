-- Under which trace an event came in, and a request was asked for, as a W3C traceparent; empty unless somebody records it.
alter table event add column trace text;
alter table outbox add column trace text not null default '';
