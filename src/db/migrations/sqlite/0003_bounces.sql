-- Returned mail, and the addresses that get none any more.
-- Append-only: one row a message, named by its digest, so that the same one read twice counts once.
CREATE TABLE bounces (
    digest      BLOB PRIMARY KEY NOT NULL,
    delivery    BLOB NOT NULL,
    -- The delivery's address in its one form (lower case, domain in A-labels).
    address     TEXT NOT NULL,
    received_at TEXT NOT NULL,
    -- 'hard', 'soft' or 'complaint'
    kind        TEXT NOT NULL,
    -- Enhanced status code (RFC 3463), where one was given.
    status      TEXT,
    diagnostic  TEXT NOT NULL,
    -- In which form it came: 'rfc3464', 'exim', …
    form        TEXT NOT NULL
);
CREATE INDEX bounces_by_address ON bounces (address, received_at);
CREATE INDEX bounces_by_delivery ON bounces (delivery);
CREATE INDEX bounces_by_time ON bounces (received_at);
-- One row a time that an address was suppressed; the one in force has not been lifted.
CREATE TABLE suppressions (
    address   TEXT NOT NULL,
    since     TEXT NOT NULL,
    -- 'hard-bounce', 'complaint', 'soft-bounces' or 'manual'
    reason    TEXT NOT NULL,
    detail    TEXT NOT NULL,
    delivery  BLOB,
    lifted_at TEXT,
    lifted_for TEXT,
    PRIMARY KEY (address, since)
);
CREATE UNIQUE INDEX suppressions_in_force ON suppressions (address) WHERE lifted_at IS NULL;
-- How far each mbox has been read. `head` is the SHA-256 of its first `head_size` bytes: a file of the same name that
-- begins otherwise is another file.
CREATE TABLE mailboxes (
    path      TEXT PRIMARY KEY NOT NULL,
    read_to   BIGINT NOT NULL,
    head_size BIGINT NOT NULL,
    head      BLOB NOT NULL,
    -- The file's size at the last look: what did not grow since is not being written.
    seen_size BIGINT NOT NULL,
    looked_at TEXT NOT NULL
);
