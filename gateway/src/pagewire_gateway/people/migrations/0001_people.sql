-- Who people are: scoped ids, what Meta tells of them, which of them are one person, and who has to be forgotten.

create table meta (
    name  text primary key,
    value any not null
) strict, without rowid;

-- A scoped id. `origin` is made up for each; a person of several scoped ids goes by that of the one known longest.
create table identity (
    place      integer primary key,
    object     text    not null,
    account    text    not null,
    id         text    not null,
    origin     text    not null unique,
    first_seen integer not null,
    last_seen  integer not null,
    unique (object, account, id)
) strict;

-- What Meta tells of a scoped id, or why it does not: `code` and `subcode` of its refusal, 0 if it told.
create table profile (
    object  text    not null,
    account text    not null,
    id      text    not null,
    body    blob,
    code    integer not null,
    subcode integer not null,
    fetched integer not null,
    until   integer not null,
    primary key (object, account, id)
) strict, without rowid;

-- Who said that two ids are one person. It counts while it is neither refused nor undone; nothing of it is ever changed but that.
create table assertion (
    place      integer primary key,
    id         text    not null unique,
    a_object   text    not null,
    a_account  text    not null,
    a_id       text    not null,
    b_object   text    not null,
    b_account  text    not null,
    b_id       text    not null,
    ground     text    not null,
    asserted_by text   not null,
    event      text    not null,
    at         integer not null,
    refused    text    not null,
    undone     integer not null,
    undone_by  text    not null
) strict;

create index assertion_a on assertion (a_object, a_account, a_id);
create index assertion_b on assertion (b_object, b_account, b_id);

-- A request to forget a person. `state` is how far it is: asked, erased, done. `upto` is the journal's last place when it was
-- asked for; what the person did later is not part of it.
create table deletion (
    place     integer primary key,
    id        text    not null unique,
    ground    text    not null,
    requested integer not null,
    upto      integer not null,
    state     text    not null check (state in ('asked', 'erased', 'done')),
    removed   text    not null,
    finished  integer not null
) strict;

create index deletion_open on deletion (place) where state <> 'done';

-- Whom it is about. `id` is null once it is done; the keyed hash stays, so that nobody brings the person's old data back.
create table deletion_subject (
    deletion text    not null,
    place    integer not null,
    object   text    not null,
    account  text    not null,
    id       text,
    hash     text    not null,
    primary key (deletion, place)
) strict, without rowid;

create index deletion_subject_hash on deletion_subject (hash);

-- What each plugin said.
create table deletion_receipt (
    deletion text    not null,
    place    integer not null,
    plugin   text    not null,
    state    text    not null check (state in ('waiting', 'done', 'parked', 'no_hook', 'not_enabled')),
    attempts integer not null,
    due      integer not null,
    at       integer not null,
    error    text    not null,
    receipt  text    not null,
    primary key (deletion, place, plugin)
) strict, without rowid;

create index deletion_receipt_open on deletion_receipt (due) where state in ('waiting', 'parked');
