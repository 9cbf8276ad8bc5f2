-- The durable log of events, the lanes through it, and the outbox.
--
-- Places (`seq`) have no gaps and are never used twice: the newest row is never deleted (see the triggers), so SQLite's
-- own "largest rowid + 1" is both, without the extra page that AUTOINCREMENT writes with every commit.

-- An event. `raw` is null once retention dropped the body; such a row still de-duplicates.
create table event (
    seq       integer primary key,
    id        blob    not null,
    kind      text    not null,
    channel   text    not null,
    object    text    not null,
    account   text    not null,
    person    text,
    at        integer not null,
    estimated integer not null,
    via       text    not null,
    received  integer not null,
    app       text    not null,
    opens     integer not null,
    key       text    not null,
    raw       blob
) strict;

create trigger event_newest_stays before delete on event when old.seq = (select max(seq) from event)
begin
    select raise(abort, 'the newest event stays, so that no place is used twice');
end;

-- Ids of all events up to the fold mark. Younger ones are in memory and are folded in here in bulk, in the order of this
-- index: one random page of the tree for each event would cost more than the event itself.
create table seen (
    id  blob primary key,
    seq integer not null
) strict, without rowid;

-- What is known of a conversation up to the fold mark. `shard` is the top byte of the person's CRC-32: it gives folding
-- an order that can be cut into pieces.
create table conversation (
    shard        integer not null,
    object       text    not null,
    account      text    not null,
    person       text    not null,
    first_event  blob    not null,
    first_at     integer not null,
    last_inbound integer not null,
    primary key (shard, object, account, person)
) strict, without rowid;

-- A plugin's way through the events. It is handed those after `since`; up to `low_water` all of them are settled or skipped.
create table lane (
    plugin    text primary key,
    since     integer not null,
    low_water integer not null,
    open      integer not null
) strict, without rowid;

-- What became of an (event, plugin). No row: not handed out yet, or skipped (see lane).
create table delivery (
    plugin     text    not null,
    seq        integer not null,
    state      text    not null check (state in ('pending', 'retry', 'done', 'parked')),
    attempts   integer not null,
    due        integer not null,
    error      text    not null,
    at         integer not null,
    generation integer not null,
    primary key (plugin, seq)
) strict, without rowid;

create index delivery_waiting on delivery (plugin, seq) where state in ('pending', 'retry');
create index delivery_parked on delivery (plugin, seq) where state = 'parked';

-- Requests to the Graph API on their way.
create table outbox (
    seq       integer primary key,
    id        text    not null unique,
    event_seq integer not null,
    plugin    text    not null,
    place     integer not null,
    object    text    not null,
    account   text    not null,
    person    text    not null,
    body      blob    not null,
    state     text    not null
        check (state in ('queued', 'sending', 'unknown', 'sent', 'refused', 'parked', 'dropped')),
    attempts  integer not null,
    due       integer not null,
    created   integer not null,
    began     integer not null,
    mid       text    not null,
    error     text    not null,
    at        integer not null
) strict;

create index outbox_event on outbox (event_seq);
create index outbox_open on outbox (seq) where state in ('queued', 'sending', 'unknown');
create index outbox_ended on outbox (state, seq) where state in ('refused', 'parked', 'dropped');
create index outbox_mid on outbox (person, created) where mid <> '';

create trigger outbox_newest_stays before delete on outbox when old.seq = (select max(seq) from outbox)
begin
    select raise(abort, 'the newest outbox row stays, so that no place is used twice');
end;

-- Who may do what only one process may do. `fence` grows with each change of holder.
create table lease (
    name   text primary key,
    holder text    not null,
    fence  integer not null,
    until  integer not null
) strict, without rowid;

-- Single facts: how far ids and conversations are folded in, how many rows retention removed, who wrote the schema.
create table meta (
    name  text primary key,
    value any not null
) strict, without rowid;

insert into meta values ('folded', 0), ('events_gone', 0), ('outbox_gone', 0);

-- What retention may touch: settled in every lane at work, not waiting or parked in any lane, nothing of it in the outbox
-- that is not at an end. The newest rows stay (see the triggers), and so does what is not folded in yet.
create view settled as
select e.seq, e.received, e.raw is not null as whole
from event e
where e.seq <= (select value from meta where name = 'folded')
    and e.seq < (select max(seq) from event)
    and not exists (
        select 1 from lane l
        where l.open and l.low_water < e.seq and not exists (
            select 1 from delivery d where d.plugin = l.plugin and d.seq = e.seq and d.state = 'done'
        )
    )
    and not exists (
        select 1 from lane l cross join delivery d on d.plugin = l.plugin and d.seq = e.seq where d.state <> 'done'
    )
    and not exists (
        select 1 from outbox o
        where o.event_seq = e.seq
            and (o.state in ('queued', 'sending', 'unknown', 'parked') or o.seq = (select max(seq) from outbox))
    );
