-- Shares: incidents that somebody showed to others, who asks to see one, and who is let in by that.
-- The two dialects of this file differ in column types only.

-- ── What was shared, with whom, by a link of their own each ──
CREATE TABLE shares (
    id          BLOB PRIMARY KEY NOT NULL,
    location    TEXT NOT NULL,
    branch      TEXT NOT NULL,
    -- Who shared: as the audit log names people, and as others know them.
    actor       TEXT NOT NULL,
    by_address  TEXT NOT NULL,
    by_name     TEXT NOT NULL,
    note        TEXT NOT NULL,
    may_comment BOOLEAN NOT NULL,
    created_at  TEXT NOT NULL,
    -- When the last of its links ends.
    expires_at  TEXT NOT NULL
);
CREATE INDEX shares_by_location ON shares (location, created_at);
CREATE INDEX shares_by_sharer ON shares (by_address, created_at);
CREATE TABLE share_items (
    share    BLOB NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    incident TEXT NOT NULL,
    -- The frozen report that tells of it; none for what happened outside of every night, …
    report   BLOB,
    -- … which stands here as it was when it was shared.
    frozen   TEXT,
    PRIMARY KEY (share, number)
);
CREATE INDEX share_items_by_report ON share_items (report) WHERE report IS NOT NULL;
CREATE INDEX share_items_by_incident ON share_items (incident);
-- The archive's objects that such items need.
CREATE TABLE share_objects (
    object_key TEXT NOT NULL,
    share      BLOB NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    PRIMARY KEY (object_key, share)
);
CREATE INDEX share_objects_by_share ON share_objects (share);
CREATE TABLE share_recipients (
    id         BLOB PRIMARY KEY NOT NULL,
    share      BLOB NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    address    TEXT NOT NULL,
    language   TEXT NOT NULL,
    -- Of the link's token.
    token_hash BLOB NOT NULL UNIQUE,
    -- The latest letter that carried it.
    letter     BLOB NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    revoked_by TEXT,
    UNIQUE (share, address)
);
CREATE INDEX share_recipients_by_address ON share_recipients (address);
CREATE INDEX share_recipients_by_letter ON share_recipients (letter);

-- ── Who asks to be let in, and who may answer by a link of their own ──
CREATE TABLE access_requests (
    id         BLOB PRIMARY KEY NOT NULL,
    location   TEXT NOT NULL,
    branch     TEXT NOT NULL,
    -- What they want to see, or the share whose link has ended.
    incident   TEXT,
    share      BLOB,
    address    TEXT NOT NULL,
    name       TEXT NOT NULL,
    note       TEXT NOT NULL,
    language   TEXT NOT NULL,
    asked_at   TEXT NOT NULL,
    -- 'open', 'granted' or 'declined'
    state      TEXT NOT NULL,
    decided_at TEXT,
    decided_by TEXT
);
CREATE INDEX access_requests_by_branch ON access_requests (branch, asked_at);
CREATE INDEX access_requests_by_location ON access_requests (location, asked_at);
CREATE INDEX access_requests_by_address ON access_requests (address, asked_at);
CREATE TABLE access_deciders (
    token_hash BLOB PRIMARY KEY NOT NULL,
    request    BLOB NOT NULL REFERENCES access_requests (id) ON DELETE CASCADE,
    address    TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX access_deciders_by_request ON access_deciders (request);

-- ── Who was shown something is let in to see that, not the whole location ──
ALTER TABLE whitelist ADD COLUMN whole BOOLEAN NOT NULL DEFAULT TRUE;
DROP INDEX whitelist_in_force;
CREATE UNIQUE INDEX whitelist_in_force ON whitelist (address, location, whole) WHERE revoked_at IS NULL;

-- ── What these pages look up by ──
CREATE INDEX views_by_subject ON views (subject, person);
CREATE INDEX links_by_incident ON links (subject) WHERE kind = 'incident';
CREATE INDEX link_requests_open ON link_requests (asked_at) WHERE handled_at IS NULL;
