-- The portal's ground: who comes in, what they are told, what they looked at, and what anybody changed.
-- The two dialects of this file differ in column types only.

-- ── People of the client's team and of ours; end customers have no row, their address is who they are ──
CREATE TABLE users (
    id           UUID PRIMARY KEY NOT NULL,
    -- In its one form (lower case, domain in A-labels).
    email        TEXT COLLATE "C" UNIQUE NOT NULL,
    name         TEXT NOT NULL,
    locale       TEXT,
    -- 'branch', 'staff' or 'operations'
    role         TEXT NOT NULL,
    -- PHC string of argon2id; none for who signs in by e-mail or elsewhere.
    password     TEXT,
    -- Secret of the one-time passwords (RFC 6238), sealed, and the last step that was used up.
    totp         BYTEA,
    totp_step    BIGINT,
    -- Issuer and subject at the OpenID provider.
    oidc         TEXT UNIQUE,
    created_at   TIMESTAMPTZ NOT NULL,
    disabled_at  TIMESTAMPTZ
);
CREATE TABLE user_branches (
    user_id UUID NOT NULL REFERENCES users (id),
    branch  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, branch)
);
-- Only the hash of a cookie is kept.
CREATE TABLE sessions (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    -- One of the two: a user, or an address that proved itself.
    user_id    UUID REFERENCES users (id),
    address    TEXT COLLATE "C",
    language   TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    seen_at    TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    -- From where, and with what, it was opened.
    origin     TEXT NOT NULL,
    agent      TEXT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX sessions_by_address ON sessions (address) WHERE address IS NOT NULL;
CREATE INDEX sessions_by_end ON sessions (expires_at);
-- One-time links and codes of the sign-in by e-mail.
CREATE TABLE sign_ins (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    -- Names the browser that asked, which is where the code works.
    asker_hash BYTEA NOT NULL,
    code_hash  BYTEA NOT NULL,
    address    TEXT COLLATE "C" NOT NULL,
    -- Where to go afterwards: a path of ours.
    next       TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0,
    used_at    TIMESTAMPTZ
);
CREATE INDEX sign_ins_by_asker ON sign_ins (asker_hash);
CREATE INDEX sign_ins_by_end ON sign_ins (expires_at);
-- How often something was tried lately, by all processes together.
CREATE TABLE throttles (
    what  TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    count BIGINT NOT NULL
);

-- ── Mails to one person that are no reports: sign-in, shares, requests; the intention first ──
CREATE TABLE letters (
    id          UUID PRIMARY KEY NOT NULL,
    -- 'sign-in', 'share', …
    kind        TEXT NOT NULL,
    address     TEXT COLLATE "C" NOT NULL,
    language    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    html        TEXT NOT NULL,
    text        TEXT NOT NULL,
    -- After this instant it is of no use any more.
    useful_until TIMESTAMPTZ NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    -- 'pending', 'sending', 'sent', 'failed' or 'unknown'
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    begun_at    TIMESTAMPTZ,
    next_at     TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    reply       TEXT
);
CREATE INDEX letters_open ON letters (created_at) WHERE state IN ('pending', 'sending');
CREATE INDEX letters_by_address ON letters (address, created_at);
CREATE INDEX letters_by_time ON letters (created_at);

-- ── Who may see a location without being its contact ──
CREATE TABLE whitelist (
    id         UUID PRIMARY KEY NOT NULL,
    address    TEXT COLLATE "C" NOT NULL,
    location   TEXT COLLATE "C" NOT NULL,
    since      TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    granted_by TEXT NOT NULL,
    note       TEXT NOT NULL,
    revoked_at TIMESTAMPTZ,
    revoked_by TEXT
);
CREATE UNIQUE INDEX whitelist_in_force ON whitelist (address, location) WHERE revoked_at IS NULL;
CREATE INDEX whitelist_by_location ON whitelist (location, since);

-- ── Who looked at what: append-only ──
CREATE TABLE views (
    id       UUID PRIMARY KEY NOT NULL,
    at       TIMESTAMPTZ NOT NULL,
    location TEXT COLLATE "C" NOT NULL,
    -- The address of the person, or of the mail whose link was opened.
    person   TEXT COLLATE "C" NOT NULL,
    -- How they came: 'link', 'share', 'customer', 'branch', 'staff' or 'operations'
    as_what  TEXT NOT NULL,
    -- 'page', 'clip', 'photo', 'pdf' or 'export'
    what     TEXT COLLATE "C" NOT NULL,
    -- Which: a report, an incident, a clip.
    subject  TEXT NOT NULL,
    origin   TEXT NOT NULL,
    agent    TEXT NOT NULL,
    -- Likely a mail scanner, and no person.
    scanner  BOOLEAN NOT NULL
);
CREATE INDEX views_by_location ON views (location, at);
CREATE INDEX views_by_person ON views (person, at);
CREATE INDEX views_by_time ON views (at);

-- ── Every change, by a person or by itself: append-only, each entry bound to the one before it by its hash ──
CREATE TABLE audit (
    number BIGINT PRIMARY KEY NOT NULL,
    at     TIMESTAMPTZ NOT NULL,
    -- 'user:…', 'address:…', 'link:…', 'key:…', 'command:…' or 'daybreak'
    actor  TEXT COLLATE "C" NOT NULL,
    action TEXT NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    branch TEXT COLLATE "C",
    -- JSON.
    detail TEXT NOT NULL,
    origin TEXT NOT NULL,
    hash   BYTEA NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_object ON audit (object, number);
CREATE INDEX audit_by_actor ON audit (actor, number);
CREATE INDEX audit_by_action ON audit (action, number);
-- The last entry's number and hash: who appends holds this row, so that entries are in one order, and an entry that is
-- cut off at the end is missed.
CREATE TABLE audit_head (
    one    INTEGER PRIMARY KEY NOT NULL,
    number BIGINT NOT NULL,
    hash   BYTEA NOT NULL
);
INSERT INTO audit_head (one, number, hash) VALUES (1, 0, ''::bytea);
