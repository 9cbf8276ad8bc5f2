-- People look for the few among a million events. Each row of an index costs the writer a page of the tree, so nothing is indexed
-- as it comes: once a block of 2048 places is full, its events are listed here in the order of the tree, at its right end. What is
-- younger is looked at one by one.
create table block (
    number integer primary key,
    oldest integer not null,
    newest integer not null
) strict;

-- Kinds and accounts (`object/account`) are few, and stand in `posting` by number.
create table word (
    id   integer primary key,
    what text not null check (what in ('kind', 'account')),
    word text not null,
    unique (what, word)
) strict;

create table posting (
    block   integer not null,
    kind    integer not null,
    account integer not null,
    person  text    not null,
    seq     integer not null,
    primary key (block, kind, account, person, seq)
) strict, without rowid;
