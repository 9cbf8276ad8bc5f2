-- A replay of many puts events back part by part, and its process may be killed before it hears that a part is done. Which part was
-- the last, and what it came to, stands in the transaction that did it, so that nothing is put back, and sent, twice.
create table replay (
    job    text    primary key,
    number integer not null,
    got    text    not null,
    at     integer not null
) strict, without rowid;
