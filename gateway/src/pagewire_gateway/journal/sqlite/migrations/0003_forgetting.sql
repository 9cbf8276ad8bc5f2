-- A person may ask to be forgotten. What was erased for a request is counted in the step that erases it, so that the proof is
-- right whenever the process is killed; the id of the request is all that it holds.
create table forgetting (
    request    text primary key,
    events     integer not null,
    deliveries integer not null,
    outbound   integer not null,
    talks      integer not null
) strict, without rowid;

-- Grows with each erasure: a process that keeps conversations in memory reads them anew.
insert into meta values ('forgotten', 0);
