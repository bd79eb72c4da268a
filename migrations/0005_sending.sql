-- Messages that Muster itself sends: recorded first, sent afterwards by a job, and known to the platform only then.

alter table messages
  alter column platform_message_id drop not null,   -- until the platform took the message
  add column sender text check (sender in ('EndUser', 'Agent', 'Bot', 'System')),
  add column sender_id text,                        -- operator or API key
  add column purpose text,
  add column idempotency_key text,
  add column accepted_at timestamptz;               -- when the platform took it
create unique index messages_idempotency on messages (messaging_user_id, idempotency_key) where idempotency_key is not null;
