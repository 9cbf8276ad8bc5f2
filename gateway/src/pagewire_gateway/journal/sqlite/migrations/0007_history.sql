-- People want to see how an (event, plugin), and a request, came to where it is. What goes well stands in its own row; these rows are
-- of what failed, of what was put back and of what was given up. Triggers write them, so that every program that has the file open
-- does, and an event that goes well costs nothing more. `took`: milliseconds of the latest hook call. `quiet`: replayed without leave
-- to send.
alter table delivery add column took integer not null default 0;
alter table delivery add column quiet integer not null default 0;

create table attempt (
    seq        integer not null,
    plugin     text    not null,
    attempts   integer not null,
    at         integer not null,
    outcome    text    not null check (outcome in ('done', 'retry', 'parked', 'replayed', 'dropped')),
    due        integer not null,
    took       integer not null,
    error      text    not null,
    generation integer not null,
    primary key (seq, plugin, attempts, at)
) strict, without rowid;

create trigger attempt_first after insert on delivery when new.state in ('retry', 'parked')
begin
    insert or replace into attempt
    values (new.seq, new.plugin, new.attempts, new.at, new.state, new.due, new.took, new.error, new.generation);
end;

-- A plugin may put an event off for days: of more than a hundred attempts the oldest go.
create trigger attempt_further after update of state on delivery when new.state in ('retry', 'parked')
begin
    insert or replace into attempt
    values (new.seq, new.plugin, new.attempts, new.at, new.state, new.due, new.took, new.error, new.generation);
    delete from attempt
    where seq = new.seq and plugin = new.plugin and attempts > 0 and attempts <= new.attempts - 100;
end;

create trigger attempt_handed_out after insert on delivery when new.state = 'pending'
begin
    insert or replace into attempt values (new.seq, new.plugin, 0, new.at, 'replayed', 0, 0, '', new.generation);
end;

create trigger attempt_put_back after update of state on delivery when new.state = 'pending' and old.state <> 'pending'
begin
    insert or replace into attempt
    select old.seq, old.plugin, old.attempts, old.at, 'done', 0, old.took, '', old.generation
    where old.state = 'done' and old.attempts > 0 and old.error = '';
    insert or replace into attempt values (new.seq, new.plugin, 0, new.at, 'replayed', 0, 0, '', new.generation);
end;

create trigger attempt_given_up after update of state on delivery when old.state = 'parked' and new.state = 'done' and new.error <> ''
begin
    insert or replace into attempt
    values (new.seq, new.plugin, 0, new.at, 'dropped', 0, 0, new.error, new.generation);
end;

insert into attempt
select d.seq, d.plugin, d.attempts, d.at, d.state, d.due, 0, d.error, d.generation
from delivery d indexed by delivery_waiting where d.state in ('pending', 'retry') and d.state = 'retry';
insert into attempt
select d.seq, d.plugin, d.attempts, d.at, d.state, d.due, 0, d.error, d.generation
from delivery d indexed by delivery_parked where d.state = 'parked';
insert or ignore into attempt
select d.seq, d.plugin, 0, d.at, 'replayed', 0, 0, '', d.generation
from delivery d indexed by delivery_waiting where d.state in ('pending', 'retry') and d.state = 'pending';

-- The same of a request to the Graph API.
create table answer (
    id       text    not null,
    at       integer not null,
    attempts integer not null,
    state    text    not null,
    code     text    not null,
    error    text    not null,
    due      integer not null,
    primary key (id, at, attempts)
) strict, without rowid;

create trigger answer_came after update of state on outbox
when new.error <> '' and new.state <> 'sent' and new.code <> 'forgotten'
begin
    insert or replace into answer values (new.id, new.at, new.attempts, new.state, new.code, new.error, new.due);
    delete from answer where id = new.id and at < (
        select at from answer where id = new.id order by at desc limit 1 offset 49
    );
end;

create trigger answer_put_back after update of state on outbox
when new.error = '' and new.state = 'queued' and old.state in ('parked', 'refused')
begin
    insert or replace into answer values (new.id, new.at, 0, 'replayed', '', '', 0);
end;
