-- Shares: incidents that somebody showed to others, who asks to see one, and who is let in by that.
-- The two dialects of this file differ in column types only.

-- ── What was shared, with whom, by a link of their own each ──
CREATE TABLE shares (
    id          UUID PRIMARY KEY NOT NULL,
    location    TEXT COLLATE "C" NOT NULL,
    branch      TEXT COLLATE "C" NOT NULL,
    -- Who shared: as the audit log names people, and as others know them.
    actor       TEXT COLLATE "C" NOT NULL,
    by_address  TEXT COLLATE "C" NOT NULL,
    by_name     TEXT NOT NULL,
    note        TEXT NOT NULL,
    may_comment BOOLEAN NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    -- When the last of its links ends.
    expires_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX shares_by_location ON shares (location, created_at);
CREATE INDEX shares_by_sharer ON shares (by_address, created_at);
CREATE TABLE share_items (
    share    UUID NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    incident TEXT COLLATE "C" NOT NULL,
    -- The frozen report that tells of it; none for what happened outside of every night, …
    report   UUID,
    -- … which stands here as it was when it was shared.
    frozen   TEXT,
    PRIMARY KEY (share, number)
);
CREATE INDEX share_items_by_report ON share_items (report) WHERE report IS NOT NULL;
CREATE INDEX share_items_by_incident ON share_items (incident);
-- The archive's objects that such items need.
CREATE TABLE share_objects (
    object_key TEXT COLLATE "C" NOT NULL,
    share      UUID NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    PRIMARY KEY (object_key, share)
);
CREATE INDEX share_objects_by_share ON share_objects (share);
CREATE TABLE share_recipients (
    id         UUID PRIMARY KEY NOT NULL,
    share      UUID NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    address    TEXT COLLATE "C" NOT NULL,
    language   TEXT COLLATE "C" NOT NULL,
    -- Of the link's token.
    token_hash BYTEA NOT NULL UNIQUE,
    -- The latest letter that carried it.
    letter     UUID NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    revoked_by TEXT COLLATE "C",
    UNIQUE (share, address)
);
CREATE INDEX share_recipients_by_address ON share_recipients (address);
CREATE INDEX share_recipients_by_letter ON share_recipients (letter);

-- ── Who asks to be let in, and who may answer by a link of their own ──
CREATE TABLE access_requests (
    id         UUID PRIMARY KEY NOT NULL,
    location   TEXT COLLATE "C" NOT NULL,
    branch     TEXT COLLATE "C" NOT NULL,
    -- What they want to see, or the share whose link has ended.
    incident   TEXT COLLATE "C",
    share      UUID,
    address    TEXT COLLATE "C" NOT NULL,
    name       TEXT NOT NULL,
    note       TEXT NOT NULL,
    language   TEXT COLLATE "C" NOT NULL,
    asked_at   TIMESTAMPTZ NOT NULL,
    -- 'open', 'granted' or 'declined'
    state      TEXT COLLATE "C" NOT NULL,
    decided_at TIMESTAMPTZ,
    decided_by TEXT COLLATE "C"
);
CREATE INDEX access_requests_by_branch ON access_requests (branch, asked_at);
CREATE INDEX access_requests_by_location ON access_requests (location, asked_at);
CREATE INDEX access_requests_by_address ON access_requests (address, asked_at);
CREATE TABLE access_deciders (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    request    UUID NOT NULL REFERENCES access_requests (id) ON DELETE CASCADE,
    address    TEXT COLLATE "C" NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
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
