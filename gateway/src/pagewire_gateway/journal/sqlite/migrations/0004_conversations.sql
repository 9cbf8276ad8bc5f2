-- What is known of a conversation grows: who has the thread, what was read, what arrived, what was asked for. A conversation may
-- now begin without the person: `first_event` is empty until they act. `event.opens` says more than 0 and 1; see `traces`.
alter table conversation add column last_direct integer not null default 0;
alter table conversation add column last_standby integer not null default 0;
alter table conversation add column last_outbound integer not null default 0;
alter table conversation add column last_read integer not null default 0;
alter table conversation add column last_delivered integer not null default 0;
alter table conversation add column owner text not null default '';
alter table conversation add column owner_at integer not null default 0;
alter table conversation add column opt_ins text not null default '';

-- Until now everything that opened a window was taken for something that this app may answer.
update conversation set last_direct = last_inbound;

-- Why a request is where it is, as a code; and the comment or post it answers privately.
alter table outbox add column code text not null default '';
alter table outbox add column target text not null default '';
create index outbox_unreachable on outbox (person) where code = 'unreachable';
create index outbox_target on outbox (target) where target <> '';
