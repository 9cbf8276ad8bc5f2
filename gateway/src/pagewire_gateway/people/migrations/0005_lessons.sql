-- What Meta taught by refusing a send, until when it holds. `person` is empty where it is about an app or account.
create table lesson (
    topic   text    not null,
    object  text    not null,
    account text    not null,
    person  text    not null,
    at      integer not null,
    until   integer not null,
    why     text    not null,
    primary key (object, account, person, topic)
) strict, without rowid;
