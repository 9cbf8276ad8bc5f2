-- After a crash the outbox looks for the echoes of what it may have sent. Without an index that read every event since.
create index event_echo on event (seq) where kind = 'message_echo';
