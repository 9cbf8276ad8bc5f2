-- Since when an account is looked after, up to when what was said to and by it is known to be in the journal, and what the latest
-- run came to.
create table healing (
    object  text    not null,
    account text    not null,
    born    integer not null,
    healed  integer not null,
    run     blob    not null,
    primary key (object, account)
) strict, without rowid;
