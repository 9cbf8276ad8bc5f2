-- What a plugin could not be told of its request is parked: `owes` is 2 then, `untold` says why, `tellings` how often it was tried.
-- Retention leaves a request alone until its plugin was told.
alter table outbox add column untold text not null default '';
alter table outbox add column tellings integer not null default 0;
alter table outbox add column untold_at integer not null default 0;
create index outbox_untold on outbox (seq) where owes = 2;

drop view settled;
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
        where o.event_seq = e.seq and (
            o.state in ('queued', 'sending', 'unknown', 'parked') or o.owes > 0
            or o.seq = (select max(seq) from outbox)
        )
    );
