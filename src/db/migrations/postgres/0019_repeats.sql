-- Repeats: what a changing request of a program was answered, so that the same request sent again is answered the same
-- and changes nothing more. Kept for a day.
-- The two dialects of this file differ in column types only.
CREATE TABLE idempotency (
    -- SHA-256 of who asked and of the key that they gave.
    key_hash     BYTEA PRIMARY KEY NOT NULL,
    -- SHA-256 of what they asked for: method, address and body.
    fingerprint  BYTEA NOT NULL,
    begun_at     TIMESTAMPTZ NOT NULL,
    -- The answer; none while it is being worked out.
    status       INTEGER,
    content_type TEXT,
    body         BYTEA
);
CREATE INDEX idempotency_by_time ON idempotency (begun_at);
