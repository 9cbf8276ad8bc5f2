-- Statements of the reading connections.
--
-- Nobody gathers statistics here, so the planner is told what it cannot know: `cross join` keeps the order of tables, `indexed by`
-- names the small partial index. What stands between two /*each*/ is repeated, once for each row.

-- last_event --
select ifnull(max(seq), 0) from event;

-- low_water --
select low_water from lane where plugin = ? and open;

-- handed_out --
-- How many events of a piece of the journal have a row in a lane.
select count(*) from delivery where plugin = :lane and seq > :after and seq <= :upto;

-- fresh --
-- Events of a piece of the journal that a lane has not been handed: those without a row.
select e.seq, e.id, e.received, e.app, e.kind, e.channel, e.object, e.account, e.person, e.at, e.estimated, e.via, e.key, e.raw,
    e.trace, 0, 0, 0, 0
from event e
where e.seq > :after and e.seq <= :upto
    and not exists (select 1 from delivery d where d.plugin = :lane and d.seq = e.seq)
order by e.seq limit :limit;

-- waiting --
-- Events that wait for another turn: retries, and what was put back. They may lie below the low-water mark.
select e.seq, e.id, e.received, e.app, e.kind, e.channel, e.object, e.account, e.person, e.at, e.estimated, e.via, e.key, e.raw,
    e.trace, d.attempts, d.due, d.generation, d.quiet
from delivery d indexed by delivery_waiting cross join event e on e.seq = d.seq
where d.plugin = :lane and d.seq > :after and d.state in ('pending', 'retry')
order by d.seq limit :limit;

-- events_at --
select seq, id, received, app, kind, channel, object, account, person, at, estimated, via, key, raw, trace
from event where seq in (/*each*/?/*each*/);

-- echoes --
select seq, id, received, app, kind, channel, object, account, person, at, estimated, via, key, raw, trace
from event where kind = 'message_echo' and seq > ? order by seq limit ?;

-- outbox_open --
select o.id, o.seq, o.event_seq, e.id, o.plugin, o.place, o.object, o.account, o.person, o.body, o.state, o.attempts, o.due,
    o.created, o.began, o.mid, o.error, o.target, o.code, o.at, o.altered, o.trace
from outbox o indexed by outbox_open cross join event e on e.seq = o.event_seq
where o.state in ('queued', 'sending', 'unknown') and o.seq > ? order by o.seq limit ?;

-- outbox_owed --
-- Requests at an end of which the plugin that asked has not been told.
select o.id, o.seq, o.event_seq, e.id, o.plugin, o.place, o.object, o.account, o.person, o.body, o.state, o.attempts, o.due,
    o.created, o.began, o.mid, o.error, o.target, o.code, o.at, o.altered, o.trace
from outbox o indexed by outbox_owes cross join event e on e.seq = o.event_seq
where o.owes = 1 and o.seq > ? order by o.seq limit ?;

-- outbox_of --
select o.id, o.seq, o.event_seq, e.id, o.plugin, o.place, o.object, o.account, o.person, o.body, o.state, o.attempts, o.due,
    o.created, o.began, o.mid, o.error, o.target, o.code, o.at, o.altered, o.trace
from outbox o indexed by outbox_event cross join event e on e.seq = o.event_seq
where o.event_seq in (/*each*/?/*each*/) order by o.seq;

-- mids --
select mid from outbox
where person = :person and created >= :since and mid <> '' and object = :object and account = :account;

-- conversation --
select first_event, first_at, last_inbound, last_direct, last_standby, last_outbound, last_read, last_delivered, owner, owner_at,
    opt_ins
from conversation
where shard = ? and object = ? and account = ? and person = ?;

-- conversation_since --
-- What another process appended to a conversation after a place: what it says, id, time, channel, and the item if need be.
select opens, id, at, channel, iif(opens > 1, raw, null) from event
where seq > ? and opens and object = ? and account = ? and person = ? order by seq;

-- conversation_sent --
-- When something last went out to a person, and when Meta last said that they cannot be written to.
select
    ifnull((select max(created) from outbox
        where person = :person and mid <> '' and object = :object and account = :account), 0),
    ifnull((select max(at) from outbox indexed by outbox_unreachable
        where code = 'unreachable' and person = :person and object = :object and account = :account), 0);

-- private_replies --
-- Requests that used, or may have used, the one private reply of a comment or post.
select id from outbox indexed by outbox_target
where target <> '' and target = :target and object = :object and account = :account
    and state in ('sending', 'unknown', 'sent');

-- known_id --
select seq from seen where id = ?;

-- id_since --
select seq from event where seq > ? and id = ? limit 1;

-- places_between --
-- Places of events that fit, in one piece of the journal, from one end of it (`way` is 1 for the oldest first, else -1). The state
-- of a lane without a row: skipped up to the low-water mark, then pending.
select e.seq
from event e
where e.seq > :after and e.seq < :before
    and (:kind is null or e.kind = :kind)
    and (:object is null or e.object = :object)
    and (:account is null or e.account = :account)
    and (:person is null or e.person = :person)
    and (:since is null or e.received >= :since)
    and (:until is null or e.received < :until)
    and ((:plugin is null and :state is null) or exists (
        select 1 from lane l left join delivery d on d.plugin = l.plugin and d.seq = e.seq
        where (:plugin is null or l.plugin = :plugin)
            and (d.plugin is not null or (l.open and e.seq > l.since))
            and (:state is null or :state = ifnull(d.state, iif(e.seq <= l.low_water, 'skipped', 'pending')))
    ))
order by e.seq * :way limit :limit;

-- waiting_places --
-- Places of events that are in a state in a lane, for what is rare in a large journal, from either end.
select seq from delivery indexed by delivery_waiting
where state in ('pending', 'retry') and state = :state and plugin = :plugin and seq > :after and seq < :before
order by seq limit :limit;

-- waiting_places_back --
select seq from delivery indexed by delivery_waiting
where state in ('pending', 'retry') and state = :state and plugin = :plugin and seq > :after and seq < :before
order by seq desc limit :limit;

-- parked_places --
select seq from delivery indexed by delivery_parked
where state = 'parked' and plugin = :plugin and seq > :after and seq < :before
order by seq limit :limit;

-- parked_places_back --
select seq from delivery indexed by delivery_parked
where state = 'parked' and plugin = :plugin and seq > :after and seq < :before
order by seq desc limit :limit;

-- done_places --
select seq from delivery
where state = 'done' and plugin = :plugin and seq > :after and seq < :before
order by seq limit :limit;

-- done_places_back --
select seq from delivery
where state = 'done' and plugin = :plugin and seq > :after and seq < :before
order by seq desc limit :limit;

-- blocks --
-- The blocks that are listed, and within which times their events were received.
select number, oldest, newest from block order by number;

-- last_block --
select max(number) from block;

-- first_event --
select ifnull(min(seq), 0) from event;

-- words --
select id, word from word where what = ?;

-- posted_to --
-- Events of some accounts, in some blocks.
select p.seq
from json_each(:blocks) b cross join json_each(:kinds) k cross join json_each(:accounts) a
    cross join posting p on p.block = b.value and p.kind = k.value and p.account = a.value
where p.seq > :after and p.seq < :before order by p.seq * :way limit :limit;

-- posted_by --
-- Events of a person with some accounts.
select p.seq
from json_each(:blocks) b cross join json_each(:kinds) k cross join json_each(:accounts) a
    cross join posting p on p.block = b.value and p.kind = k.value and p.account = a.value and p.person = :person
where p.seq > :after and p.seq < :before order by p.seq * :way limit :limit;

-- posted --
-- Events of some kinds, with whatever account.
select p.seq
from json_each(:blocks) b cross join json_each(:kinds) k cross join posting p on p.block = b.value and p.kind = k.value
where p.seq > :after and p.seq < :before and (:person is null or p.person = :person)
    and (:accounts is null or p.account in (select value from json_each(:accounts)))
order by p.seq * :way limit :limit;

-- count_blocks --
-- How many events of some kinds there are in some blocks.
select count(*)
from json_each(:blocks) b cross join json_each(:kinds) k cross join posting p on p.block = b.value and p.kind = k.value;

-- lanes --
select plugin, since, low_water, open from lane;

-- attempts_of --
select plugin, attempts, at, outcome, due, took, error, generation from attempt where seq = ? order by at, attempts;

-- answers_of --
select o.id, a.at, a.attempts, a.state, a.code, a.error, a.due
from outbox o indexed by outbox_event cross join answer a on a.id = o.id
where o.event_seq = ? order by a.at, a.attempts;

-- reach_of --
-- When requests arrived, and were seen, as far as events told.
select o.id, ifnull((select at from event e where e.seq = o.arrived), 0), ifnull((select at from event e where e.seq = o.seen), 0)
from outbox o indexed by outbox_event where o.event_seq = ? and (o.arrived > 0 or o.seen > 0);

-- talks_between --
-- Who was at work in one piece of the journal, and where last.
select object, account, person, max(seq) from event
where seq > :after and seq < :before and person is not null
    and (:object is null or object = :object) and (:account is null or account = :account)
group by object, account, person;

-- causes_of_events --
-- Parked (event, plugin) by the word that their error begins with.
select plugin, error, count(*), min(at), max(at), min(seq) from (
    select plugin, at, seq, substr(error, 1, min(instr(error || ':', ':'), instr(error || ', for ', ', for ')) - 1) error
    from delivery indexed by delivery_parked where state = 'parked'
) group by plugin, error;

-- causes_of_outbound --
select plugin, error, count(*), min(at), max(at), min(event_seq) from (
    select plugin, at, event_seq, iif(code <> '', code, substr(error, 1, instr(error || ':', ':') - 1)) error
    from outbox indexed by outbox_ended where state in ('refused', 'parked', 'dropped') and state = 'parked'
) group by plugin, error;

-- causes_of_reports --
select plugin, error, count(*), min(untold_at), max(untold_at), min(event_seq) from (
    select plugin, untold_at, event_seq, substr(untold, 1, instr(untold || ':', ':') - 1) error
    from outbox indexed by outbox_untold where owes = 2 and state <> 'parked'
) group by plugin, error;

-- deliveries_of --
select d.seq, d.plugin, d.state, d.attempts, d.due, d.error, d.at, d.generation, d.took, d.quiet
from lane l cross join delivery d on d.plugin = l.plugin
where d.seq in (/*each*/?/*each*/);

-- parked_events --
select 'event', lower(hex(e.id)), lower(hex(e.id)), e.seq, e.kind, e.object, e.account, e.person, d.plugin, d.attempts, d.error,
    d.at
from delivery d indexed by delivery_parked cross join event e on e.seq = d.seq
where d.state = 'parked' and (:plugin is null or d.plugin = :plugin)
    and (:cause is null or :cause = substr(d.error, 1, min(instr(d.error || ':', ':'), instr(d.error || ', for ', ', for ')) - 1))
order by d.seq limit :limit;

-- parked_outbound --
select 'outbound', o.id, lower(hex(e.id)), e.seq, e.kind, o.object, o.account, o.person, o.plugin, o.attempts, o.error, o.at
from outbox o indexed by outbox_ended cross join event e on e.seq = o.event_seq
where o.state in ('refused', 'parked', 'dropped') and o.state = 'parked' and (:plugin is null or o.plugin = :plugin)
    and (:cause is null or :cause = iif(o.code <> '', o.code, substr(o.error, 1, instr(o.error || ':', ':') - 1)))
order by o.seq limit :limit;

-- parked_reports --
-- What plugins could not be told; a request that is parked itself is listed as that.
select 'report', o.id, lower(hex(e.id)), e.seq, e.kind, o.object, o.account, o.person, o.plugin, o.tellings, o.untold, o.untold_at
from outbox o indexed by outbox_untold cross join event e on e.seq = o.event_seq
where o.owes = 2 and o.state <> 'parked' and (:plugin is null or o.plugin = :plugin)
    and (:cause is null or :cause = substr(o.untold, 1, instr(o.untold || ':', ':') - 1))
order by o.seq limit :limit;

-- extent --
-- First and last place, when the oldest event came, and how many rows retention removed.
select
    (select ifnull(min(seq), 0) from event),
    (select ifnull(max(seq), 0) from event),
    ifnull((select received from event order by seq limit 1), 0),
    (select value from meta where name = 'events_gone'),
    (select ifnull(max(seq), 0) from outbox),
    (select value from meta where name = 'outbox_gone');

-- lane_counts --
-- What is settled above the low-water mark of a lane, and what waits or is parked anywhere.
select
    (select count(*) from delivery where plugin = :lane and seq > :low_water),
    (select count(*) from delivery indexed by delivery_waiting
        where plugin = :lane and seq > :low_water and state in ('pending', 'retry')),
    (select count(*) from delivery indexed by delivery_waiting where plugin = :lane and state in ('pending', 'retry')),
    (select count(*) from delivery indexed by delivery_waiting
        where plugin = :lane and state in ('pending', 'retry') and state = 'retry'),
    (select count(*) from delivery where plugin = :lane and state = 'parked');

-- oldest_waiting --
select e.received from delivery d indexed by delivery_waiting cross join event e on e.seq = d.seq
where d.plugin = :lane and d.state in ('pending', 'retry') order by d.seq limit 1;

-- outbox_open_counts --
select state, count(*) from outbox where state in ('queued', 'sending', 'unknown') group by state;

-- outbox_oldest --
select created from outbox indexed by outbox_open where state in ('queued', 'sending', 'unknown') order by seq limit 1;

-- outbox_ended_counts --
select state, count(*) from outbox where state in ('refused', 'parked', 'dropped') group by state;

-- settled_between --
-- What retention may touch in one piece of the journal, oldest first; `whole` leaves out what has lost its body.
select seq from settled
where seq > :after and seq <= :upto and received < :before and whole >= :whole
order by seq limit :limit;

-- first_after --
select seq, received from event where seq > ? order by seq limit 1;

-- last_received --
select object, account, max(received) from event where seq > (select max(seq) from event) - ? group by object, account;

-- last_outbound --
select ifnull(max(seq), 0) from outbox;

-- events_about --
-- Events of a person in one piece of the journal, and those without a person in which their id stands, such as comments; of these
-- the body too, as it may be a part of a longer id.
select e.seq, iif(e.person is null, e.raw, null) from event e
where e.seq > :after and e.seq <= :upto and e.object = :object and e.account = :account
    and (e.person = :person or (e.person is null and e.raw is not null and instr(e.raw, :needle)))
order by e.seq limit :limit;

-- outbound_about --
-- Replies to a person in one piece of the outbox, but not those to what they did since.
select o.seq, null from outbox o
where o.seq > :after and o.seq <= :upto and o.person = :person and o.object = :object and o.account = :account
    and o.event_seq <= :events
order by o.seq limit :limit;

-- forgetting --
select events, deliveries, outbound, talks from forgetting where request = ?;

-- stream --
-- Which stream this file follows, if it follows one.
select value from meta where name = 'stream';

-- applied --
-- How far.
select value from meta where name = 'applied';

-- stored --
-- When the stream stored the message up to which this file is.
select value from meta where name = 'stored';

-- newest --
-- Place and id of the newest event.
select seq, lower(hex(id)) from event order by seq desc limit 1;

-- trail_of_lanes --
-- Where the low-water mark of each open lane is in the stream, or a little before that.
select plugin, ifnull((select max(stream) from trail where trail.seq <= lane.low_water), 0) from lane where open;
