-- Producers: the keys of programs that send feeds or read the JSON API. Only the hash of a key is kept.
-- The two dialects of this file differ in column types only.
CREATE TABLE api_keys (
    id           BLOB PRIMARY KEY NOT NULL,
    name         TEXT NOT NULL,
    -- The key's first characters, by which people tell keys apart.
    prefix       TEXT NOT NULL,
    key_hash     BLOB UNIQUE NOT NULL,
    -- JSON lists: what it may do, and the branches that it is for; NULL is all of them.
    rights       TEXT NOT NULL,
    branches     TEXT,
    created_at   TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    expires_at   TEXT,
    last_used_at TEXT,
    revoked_at   TEXT,
    revoked_by   TEXT,
    -- The key that takes its place.
    successor    BLOB
);
CREATE INDEX api_keys_by_time ON api_keys (created_at);
