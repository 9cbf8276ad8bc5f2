-- What plugins keep, by conversation (`person` is a scoped id) or account (`person` is empty). `revision` comes from one counter,
-- so a key that went and came again never has a revision it had before. `until` is 0 for what stays.

create table meta (
    name  text primary key,
    value any not null
) strict, without rowid;

insert into meta values ('revision', 0);

create table kept (
    plugin   text    not null,
    object   text    not null,
    account  text    not null,
    person   text    not null,
    key      text    not null,
    value    blob    not null,
    revision integer not null,
    until    integer not null,
    primary key (plugin, object, account, person, key)
) strict, without rowid;

create index kept_person on kept (object, account, person) where person <> '';
create index kept_until on kept (until) where until <> 0;
