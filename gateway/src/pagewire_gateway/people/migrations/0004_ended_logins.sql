-- Logins that ended are told to plugins as deletions are: `hook` says which of the two a row is. `token` is the AccessToken of the
-- login, as namespace/name.
alter table deletion add column hook text not null default 'person_deleted';
alter table deletion_subject add column token text not null default '';

-- Tokens that went with a login: the account that speaks with one is closed until its AccessToken holds another. `digest` is of the
-- token, `login` the AccessToken that the login was for, as namespace/name.
create table ended_token (
    namespace text    not null,
    name      text    not null,
    digest    text    not null,
    login     text    not null,
    at        integer not null,
    primary key (namespace, name)
) strict, without rowid;
