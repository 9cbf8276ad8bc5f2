-- Statements of the writer thread. What stands between two /*each*/ is repeated, once for each row.

-- begin --
-- Take the write lock at once: a transaction that began as a reader cannot always become a writer.
begin immediate;

-- standing --
-- What may have changed through another process: the place of the last event, the fence of dispatch, and who was forgotten.
select (select ifnull(max(seq), 0) from event), ifnull((select fence from lease where name = 'dispatch'), 0),
    (select value from meta where name = 'forgotten');

-- last_event --
select ifnull(max(seq), 0) from event;

-- event_at --
-- The place of the last event, and the id of the one at a place.
select (select ifnull(max(seq), 0) from event), (select lower(hex(id)) from event where seq = ?);

-- folded --
select value from meta where name = 'folded';

-- append --
insert into event (id, kind, channel, object, account, person, at, estimated, via, received, app, opens, key, raw, trace)
values /*each*/(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)/*each*/;

-- known_ids --
-- Ids, of those given, that are folded in already: repeats.
select column1 from (values /*each*/(?)/*each*/) where exists (select 1 from seen where id = column1);

-- unfolded --
-- Events appended after a place, by this process before it ended or by another one; columns as in append.
select id, 0, channel, object, account, person, at, 0, 0, 0, 0, opens, 0, iif(opens > 1, raw, null) from event
where seq > ? order by seq;

-- fold_ids --
insert into seen (id, seq) values /*each*/(?, ?)/*each*/ on conflict (id) do nothing;

-- fold_conversations --
-- The first event is the first that became durable, whatever its own time: it must not change once it was told.
-- Opt-ins come joined with those that are there.
insert into conversation (shard, object, account, person, first_event, first_at, last_inbound, last_direct, last_standby,
    last_outbound, last_read, last_delivered, owner, owner_at, opt_ins)
values /*each*/(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)/*each*/
on conflict (shard, object, account, person) do update set
    first_event = iif(first_event = x'', excluded.first_event, first_event),
    first_at = iif(first_event = x'', excluded.first_at, first_at),
    last_inbound = max(last_inbound, excluded.last_inbound),
    last_direct = max(last_direct, excluded.last_direct),
    last_standby = max(last_standby, excluded.last_standby),
    last_outbound = max(last_outbound, excluded.last_outbound),
    last_read = max(last_read, excluded.last_read),
    last_delivered = max(last_delivered, excluded.last_delivered),
    owner = iif(excluded.owner_at >= owner_at, excluded.owner, owner),
    owner_at = max(owner_at, excluded.owner_at),
    opt_ins = iif(excluded.opt_ins = '', opt_ins, excluded.opt_ins);

-- opt_ins_of --
select opt_ins from conversation where shard = ? and object = ? and account = ? and person = ?;

-- fold_mark --
update meta set value = max(value, ?) where name = 'folded';

-- fence --
select fence from lease where name = 'dispatch';

-- mark --
-- A mark of an older generation, or one for what is done already, changes nothing.
insert into delivery (plugin, seq, state, attempts, due, error, at, generation, took)
values /*each*/(?, ?, ?, ?, ?, ?, ?, ?, ?)/*each*/
on conflict (plugin, seq) do update set
    state = excluded.state, attempts = excluded.attempts, due = excluded.due, error = excluded.error,
    at = excluded.at, generation = excluded.generation, took = excluded.took
where excluded.generation > generation or (excluded.generation = generation and state <> 'done');

-- answered --
-- To whom replies to these events go; all in one row, as each row costs a turn of the program's lock.
select json_group_array(json_array(seq, lower(hex(id)), object, account, person)) from event
where seq in (/*each*/?/*each*/);

-- reply --
insert into outbox (id, event_seq, plugin, place, object, account, person, body, state, attempts, due, created, began, mid,
    error, at, target, code, trace)
values /*each*/(?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, '', ?, ?, ?, ?, ?)/*each*/
on conflict (id) do nothing;

-- record --
-- The columns are state, attempts, due, began, mid, error, at, code, id, body, owes; an id must stand there once.
update outbox set
    state = column1, attempts = ifnull(column2, attempts), due = ifnull(column3, due), began = ifnull(column4, began),
    mid = ifnull(column5, mid), error = ifnull(column6, error), at = max(at, column7), code = ifnull(column8, code),
    body = ifnull(column10, body), altered = iif(column10 is null, altered, 1), owes = column11
from (values /*each*/(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)/*each*/) where id = column9;

-- told --
-- The plugin that asked knows; a request that was put back into the queue meanwhile owes nothing anyway.
update outbox set owes = 0 where id in (/*each*/?/*each*/);

-- untold --
-- The plugin that asked could not be told: how often that was tried, why not, and when it was given up.
update outbox set owes = 2, tellings = ?, untold = ?, untold_at = ? where id = ? and owes = 1;

-- owe_again --
update outbox set owes = 1, tellings = 0, untold = '', untold_at = 0 where id = ? and owes = 2;

-- reached_arrived --
-- Requests of a plugin that an event tells have reached the device: named by id, or begun before a time.
update outbox set arrived = :seq
where person = :person and mid <> '' and object = :object and account = :account and plugin = :plugin and state = 'sent'
    and arrived = 0 and (mid in (select value from json_each(:mids)) or began <= :until);

-- reached_seen --
update outbox set seen = :seq
where person = :person and mid <> '' and object = :object and account = :account and plugin = :plugin and state = 'sent'
    and seen = 0 and (mid in (select value from json_each(:mids)) or began <= :until);

-- reached --
-- What an event told of, also if it is asked again.
select o.id, o.seq, o.event_seq, e.id, o.plugin, o.place, o.object, o.account, o.person, o.body, o.state, o.attempts, o.due,
    o.created, o.began, o.mid, o.error, o.target, o.code, o.at, o.altered, o.trace
from outbox o cross join event e on e.seq = o.event_seq
where o.person = :person and o.mid <> '' and o.object = :object and o.account = :account and o.plugin = :plugin
    and :seq in (o.arrived, o.seen)
order by o.seq;

-- lease --
select holder, fence, until from lease where name = ?;

-- take_lease --
insert into lease (name, holder, fence, until) values (?, ?, ?, ?)
on conflict (name) do update set holder = excluded.holder, fence = excluded.fence, until = excluded.until;

-- announce_lease --
-- A lease that is granted elsewhere: who has it, and since which fence.
insert into lease (name, holder, fence, until) values (?, ?, ?, 0)
on conflict (name) do update set holder = excluded.holder, fence = excluded.fence where excluded.fence > fence;

-- release_lease --
update lease set until = 0 where name = ? and holder = ?;

-- open_lane --
-- A lane that is at work already goes on; a new one, and one that was closed in between, begins at the end.
insert into lane (plugin, since, low_water, open) values (:plugin, :end, :end, 1)
on conflict (plugin) do update set since = :end, low_water = :end, open = 1 where open = 0;

-- close_lane --
update lane set open = 0 where plugin = ?;

-- open_lanes --
select plugin, low_water from lane where open;

-- raise_low_water --
update lane set low_water = max(low_water, min(:mark, (select ifnull(max(seq), 0) from event)))
where plugin = :plugin;

-- put_back --
-- Hand an event to a lane that had it once more. What was put back already stays as it is; and what the lane will try again anyway
-- is not kept from sending.
update delivery set
    state = 'pending', attempts = 0, due = 0, error = '', at = :now, generation = generation + :resend, took = 0, quiet = :quiet
where plugin = :plugin and seq = :seq and state <> 'pending' and not (:quiet and state = 'retry')
    and exists (select 1 from lane where lane.plugin = :plugin and open)
    and exists (select 1 from event where event.seq = :seq and raw is not null);

-- hand_out --
-- Hand an event to a lane that skipped it, or began after it. Above the low-water mark it waits for its first turn anyway.
-- It is due now, which tells the lane that there is a row to end.
insert into delivery (plugin, seq, state, attempts, due, error, at, generation, quiet)
select l.plugin, e.seq, 'pending', 0, :now, '', :now, 0, :quiet from lane l, event e
where l.plugin = :plugin and l.open and e.seq = :seq and e.raw is not null and e.seq <= l.low_water
on conflict (plugin, seq) do nothing;

-- piece --
-- The last part of a replay of many that was done, and what each lane got by it.
select number, got from replay where job = ?;

-- note_piece --
insert into replay (job, number, got, at) values (?, ?, ?, ?)
on conflict (job) do update set number = excluded.number, got = excluded.got, at = excluded.at;

-- forget_pieces --
-- Three replays run in a process at a time: of older ones nobody asks again.
delete from replay where job not in (select job from replay order by at desc, job limit 200);

-- put_back_outbound --
update outbox set state = 'queued', attempts = 0, due = 0, error = '', code = '', owes = 0, at = ? where id = ? and state = 'parked';

-- put_back_rest --
-- The later parts of an answer that were not sent because this part was not; all parts of one answer were stored at one moment.
update outbox set state = 'queued', attempts = 0, due = 0, error = '', code = '', owes = 0, at = ?1
where state = 'refused' and code = 'earlier_part' and exists (
    select 1 from outbox first where first.id = ?2 and first.event_seq = outbox.event_seq and first.plugin = outbox.plugin
        and first.created = outbox.created and first.place < outbox.place
) and event_seq = (select event_seq from outbox where id = ?2);

-- drop_parked --
-- A person gives up what is parked. It can be replayed like anything that is done.
update delivery set state = 'done', due = 0, error = 'dropped by a person', at = :now
where plugin = :plugin and seq = :seq and state = 'parked';

-- drop_parked_outbound --
update outbox set state = 'refused', code = 'dropped', error = 'dropped by a person', owes = 0, at = ? where id = ? and state = 'parked';

-- drop_report --
update outbox set owes = 0, tellings = 0, untold = '', untold_at = 0 where id = ? and owes = 2;

-- known_id --
select seq from seen where id = ?;

-- still_settled --
-- Of these events, those that retention may touch now; see the view.
select seq from settled where seq in (/*each*/?/*each*/);

-- drop_deliveries --
delete from delivery where plugin = ? and seq in (/*each*/?/*each*/);

-- lanes --
select plugin from lane;

-- drop_attempts --
delete from attempt where seq in (/*each*/?/*each*/);

-- drop_answers --
delete from answer where id in (select id from outbox where event_seq in (/*each*/?/*each*/));

-- drop_answers_of --
delete from answer where id in (select id from outbox where seq in (/*each*/?/*each*/));

-- unlist --
-- Take events out of the index, before they are dropped or lose their person.
delete from posting where (block, kind, account, person, seq) in (
    select e.seq / 2048, k.id, a.id, ifnull(e.person, ''), e.seq
    from event e cross join word k on k.what = 'kind' and k.word = e.kind
        cross join word a on a.what = 'account' and a.word = e.object || '/' || e.account
    where e.seq in (/*each*/?/*each*/)
);

-- list_again --
-- Events that lost their person, in blocks that are listed.
insert into posting
select e.seq / 2048, k.id, a.id, ifnull(e.person, ''), e.seq
from event e cross join block b on b.number = e.seq / 2048
    cross join word k on k.what = 'kind' and k.word = e.kind
    cross join word a on a.what = 'account' and a.word = e.object || '/' || e.account
where e.seq in (/*each*/?/*each*/)
on conflict do nothing;

-- learn_kinds --
insert into word (what, word) select distinct 'kind', kind from event where seq >= :from and seq < :to
on conflict (what, word) do nothing;

-- learn_accounts --
insert into word (what, word) select distinct 'account', object || '/' || account from event where seq >= :from and seq < :to
on conflict (what, word) do nothing;

-- list_block --
insert into posting
select :block, k.id, a.id, ifnull(e.person, ''), e.seq
from event e cross join word k on k.what = 'kind' and k.word = e.kind
    cross join word a on a.what = 'account' and a.word = e.object || '/' || e.account
where e.seq >= :from and e.seq < :to order by k.id, a.id, 4, e.seq
on conflict do nothing;

-- note_block --
insert into block select :block, ifnull(min(received), 0), ifnull(max(received), 0) from event where seq >= :from and seq < :to
on conflict do nothing;

-- drop_outbox --
delete from outbox where event_seq in (/*each*/?/*each*/);

-- drop_ids --
delete from seen where id in (select id from event where seq in (/*each*/?/*each*/));

-- drop_events --
delete from event where seq in (/*each*/?/*each*/);

-- without_bodies --
select seq, id, kind, channel, object, account, person, at, estimated, via, received, app, opens, key
from event where seq in (/*each*/?/*each*/);

-- put_without_bodies --
insert into event (seq, id, kind, channel, object, account, person, at, estimated, via, received, app, opens, key)
values /*each*/(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)/*each*/;

-- drop_reply_bodies --
update outbox set body = x'' where event_seq in (/*each*/?/*each*/);

-- count_gone --
update meta set value = value + ? where name = ?;

-- end_waiting --
-- Lanes at work that have not been handed these events are through with them.
insert into delivery (plugin, seq, state, attempts, due, error, at, generation)
select l.plugin, e.seq, 'done', 0, 0, '', ?, 0
from event e cross join lane l on l.open and e.seq > l.low_water where e.seq in (/*each*/?/*each*/)
on conflict (plugin, seq) do nothing;

-- end_deliveries --
update delivery set state = 'done', due = 0, error = ''
where plugin = ? and state <> 'done' and seq in (/*each*/?/*each*/);

-- erase_replies --
update outbox set
    state = iif(state in ('queued', 'sending', 'unknown', 'parked'), 'refused', state), at = max(at, ?),
    person = '', target = '', body = x'', mid = '', owes = 0, untold = '', code = 'forgotten', error = 'the person asked to be forgotten'
where (person <> '' or body <> x'') and event_seq in (/*each*/?/*each*/);

-- erase_outbound --
update outbox set
    state = iif(state in ('queued', 'sending', 'unknown', 'parked'), 'refused', state), at = max(at, ?),
    person = '', target = '', body = x'', mid = '', owes = 0, untold = '', code = 'forgotten', error = 'the person asked to be forgotten'
where (person <> '' or body <> x'') and seq in (/*each*/?/*each*/);

-- erase_events --
update event set person = null, key = '', raw = null, opens = 0, trace = null
where (person is not null or raw is not null) and seq in (/*each*/?/*each*/);

-- erase_talk --
delete from conversation where shard = ? and object = ? and account = ? and person = ?;

-- talk_since --
-- Oldest first: the first one that is folded in stays the first event.
select opens, id, at, channel, iif(opens > 1, raw, null) from event
where seq > ? and opens and object = ? and account = ? and person = ? order by seq;

-- note_forgotten --
update meta set value = value + 1 where name = 'forgotten';

-- count_forgotten --
insert into forgetting (request, events, deliveries, outbound, talks) values (?, ?, ?, ?, ?)
on conflict (request) do update set events = events + excluded.events, deliveries = deliveries + excluded.deliveries,
    outbound = outbound + excluded.outbound, talks = talks + excluded.talks;

-- put_fact --
insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value;

-- drop_fact --
delete from meta where name = ?;

-- make_trail --
-- Which place of the stream a place of the journal had: one row for each transaction, of a file that follows a stream.
create table if not exists trail (seq integer primary key, stream integer not null) strict;

-- leave_trail --
insert into trail (seq, stream) select ifnull(max(seq), 0), ? from event where true
on conflict (seq) do update set stream = excluded.stream;

-- shorten_trail --
-- Below all low-water marks only the last row says anything.
delete from trail where seq < (
    select max(seq) from trail where seq <= (select ifnull(min(low_water), 0) from lane where open)
);

-- drop_trail --
drop table if exists trail;
