-- The plugin that asked for a request is told what became of it: `owes` is 1 until it was. `altered`: a plugin made another message
-- of it. `arrived` and `seen` are the events that told that it reached the device, and was read.
alter table outbox add column owes integer not null default 0;
alter table outbox add column altered integer not null default 0;
alter table outbox add column arrived integer not null default 0;
alter table outbox add column seen integer not null default 0;
create index outbox_owes on outbox (seq) where owes = 1;
