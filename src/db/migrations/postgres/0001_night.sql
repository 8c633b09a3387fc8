-- The night, end to end: what producers send, what was built from it, what was sent.
-- The two dialects of this file differ in column types only. Lists of the feed are JSON in TEXT on both (JSONB refuses
-- U+0000, which a hostile text may hold), and refs are ordered by their bytes on both.

-- ── One installation ──
CREATE TABLE instance (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

-- ── The feed: producers' records by their own refs; `digest` tells updated from unchanged ──
-- What an event names (camera, clip, interaction, sale) is checked by the import and is no foreign key: SQLite would
-- search all events for each camera that comes after them.
CREATE TABLE branches (
    ref    TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name   TEXT NOT NULL,
    digest BYTEA NOT NULL
);
CREATE TABLE locations (
    ref          TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    branch       TEXT NOT NULL REFERENCES branches (ref) DEFERRABLE INITIALLY DEFERRED,
    name         TEXT NOT NULL,
    address      TEXT,
    timezone     TEXT NOT NULL,
    night_from   TEXT NOT NULL,
    night_to     TEXT NOT NULL,
    locale       TEXT,
    timeline_url TEXT,
    digest       BYTEA NOT NULL
);
CREATE INDEX locations_by_branch ON locations (branch);
CREATE TABLE cameras (
    ref      TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    location TEXT NOT NULL REFERENCES locations (ref) DEFERRABLE INITIALLY DEFERRED,
    name     TEXT NOT NULL,
    digest   BYTEA NOT NULL
);
CREATE INDEX cameras_by_location ON cameras (location);
CREATE TABLE contacts (
    ref    TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name   TEXT NOT NULL,
    email  TEXT NOT NULL,
    locale TEXT,
    notify BOOLEAN NOT NULL,
    digest BYTEA NOT NULL
);
CREATE TABLE contact_locations (
    contact  TEXT NOT NULL REFERENCES contacts (ref) DEFERRABLE INITIALLY DEFERRED,
    location TEXT NOT NULL REFERENCES locations (ref) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (location, contact)
);
CREATE INDEX contact_locations_by_contact ON contact_locations (contact);
CREATE TABLE contact_branches (
    contact TEXT NOT NULL REFERENCES contacts (ref) DEFERRABLE INITIALLY DEFERRED,
    branch  TEXT NOT NULL REFERENCES branches (ref) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (branch, contact)
);
CREATE INDEX contact_branches_by_contact ON contact_branches (contact);
CREATE TABLE activities (
    location   TEXT NOT NULL REFERENCES locations (ref) DEFERRABLE INITIALLY DEFERRED,
    night      DATE NOT NULL,
    detections BIGINT NOT NULL,
    filtered   BIGINT NOT NULL,
    reviewed   BIGINT NOT NULL,
    digest     BYTEA NOT NULL,
    PRIMARY KEY (location, night)
);
CREATE TABLE watermarks (
    location       TEXT PRIMARY KEY NOT NULL REFERENCES locations (ref) DEFERRABLE INITIALLY DEFERRED,
    complete_until TIMESTAMPTZ NOT NULL,
    digest         BYTEA NOT NULL
);
CREATE TABLE interactions (
    ref        TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    location   TEXT NOT NULL REFERENCES locations (ref) DEFERRABLE INITIALLY DEFERRED,
    camera     TEXT,
    level      INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at   TIMESTAMPTZ,
    operator   TEXT,
    notes      TEXT NOT NULL,
    actions    TEXT NOT NULL,
    clip       TEXT,
    digest     BYTEA NOT NULL
);
CREATE INDEX interactions_by_time ON interactions (location, started_at);
-- Our number of each offender's case; the producer's ref names it.
CREATE TABLE cases (
    ref    TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    number BIGINT NOT NULL UNIQUE
);
CREATE TABLE incidents (
    ref         TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    location    TEXT NOT NULL REFERENCES locations (ref) DEFERRABLE INITIALLY DEFERRED,
    interaction TEXT,
    case_ref    TEXT REFERENCES cases (ref) DEFERRABLE INITIALLY DEFERRED,
    occurred_at TIMESTAMPTZ NOT NULL,
    kind        TEXT NOT NULL,
    description TEXT NOT NULL,
    reported_by TEXT,
    photo_key   TEXT,
    clips       TEXT NOT NULL,
    sale        TEXT,
    digest      BYTEA NOT NULL
);
CREATE INDEX incidents_by_time ON incidents (location, occurred_at);
CREATE INDEX incidents_by_case ON incidents (case_ref, occurred_at);
CREATE TABLE clips (
    ref          TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    location     TEXT NOT NULL REFERENCES locations (ref) DEFERRABLE INITIALLY DEFERRED,
    camera       TEXT,
    recorded_at  TIMESTAMPTZ NOT NULL,
    duration_ms  BIGINT,
    -- None where the footage can only be viewed outside.
    object_key   TEXT,
    content_type TEXT,
    external_url TEXT,
    password     TEXT,
    digest       BYTEA NOT NULL
);
CREATE INDEX clips_by_time ON clips (location, recorded_at);
-- `sale` in other tables, because TRANSACTION is a word of SQL.
CREATE TABLE transactions (
    ref      TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    location TEXT NOT NULL REFERENCES locations (ref) DEFERRABLE INITIALLY DEFERRED,
    terminal TEXT NOT NULL,
    at       TIMESTAMPTZ NOT NULL,
    currency TEXT NOT NULL,
    lines    TEXT NOT NULL,
    payment  TEXT,
    digest   BYTEA NOT NULL
);
CREATE INDEX transactions_by_time ON transactions (location, at);

-- ── The archive's objects that we know by content: uploaded once ──
CREATE TABLE objects (
    object_key   TEXT PRIMARY KEY NOT NULL,
    sha256       TEXT,
    size         BIGINT,
    content_type TEXT,
    -- Whether it was there when last looked for; a missing one leaves a placeholder in the report.
    present      BOOLEAN NOT NULL,
    checked_at   TIMESTAMPTZ NOT NULL
);

-- ── What was wanted, built and sent ──
CREATE TABLE runs (
    id           UUID PRIMARY KEY NOT NULL,
    job          TEXT NOT NULL,
    cause        TEXT NOT NULL,
    occurrence   TIMESTAMPTZ NOT NULL,
    zone         TEXT NOT NULL,
    state        TEXT NOT NULL,
    requested_by TEXT,
    started_at   TIMESTAMPTZ NOT NULL,
    finished_at  TIMESTAMPTZ
);
CREATE INDEX runs_by_time ON runs (started_at);
CREATE INDEX runs_open ON runs (state) WHERE state = 'running';
CREATE TABLE reports (
    id            UUID PRIMARY KEY NOT NULL,
    run           UUID NOT NULL REFERENCES runs (id),
    location      TEXT NOT NULL,
    night         DATE NOT NULL,
    revision      INTEGER NOT NULL,
    state         TEXT NOT NULL,
    reason        TEXT,
    requested_by  TEXT,
    -- Whether its deliveries are wanted: a regeneration mails nobody unless asked to.
    send          BOOLEAN NOT NULL,
    attach_pdf    BOOLEAN NOT NULL,
    skip_quiet    BOOLEAN NOT NULL,
    -- Until when a site whose feed is incomplete is waited for.
    wait_until    TIMESTAMPTZ,
    planned_at    TIMESTAMPTZ NOT NULL,
    built_at      TIMESTAMPTZ,
    error         TEXT,
    object_key    TEXT,
    data_sha256   TEXT,
    interactions  BIGINT NOT NULL DEFAULT 0,
    escalated     BIGINT NOT NULL DEFAULT 0,
    incidents     BIGINT NOT NULL DEFAULT 0,
    missing       BIGINT NOT NULL DEFAULT 0,
    UNIQUE (location, night, revision)
);
CREATE INDEX reports_by_run ON reports (run, state);
CREATE INDEX reports_by_night ON reports (night, location);
CREATE INDEX reports_planned ON reports (planned_at) WHERE state = 'planned';
-- The members of a report's one object: each can be read by its range, and verified by its hash.
CREATE TABLE artifacts (
    report       UUID NOT NULL REFERENCES reports (id),
    name         TEXT NOT NULL,
    content_type TEXT NOT NULL,
    start        BIGINT NOT NULL,
    size         BIGINT NOT NULL,
    sha256       TEXT NOT NULL,
    PRIMARY KEY (report, name)
);
CREATE TABLE deliveries (
    id          UUID PRIMARY KEY NOT NULL,
    report      UUID NOT NULL REFERENCES reports (id),
    contact     TEXT NOT NULL,
    name        TEXT NOT NULL,
    email       TEXT NOT NULL,
    language    TEXT NOT NULL,
    -- 'report', 'correction' or 'test'
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL,
    subject     TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    artifact    TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    size        BIGINT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL,
    next_at     TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    error       TEXT
);
CREATE INDEX deliveries_by_report ON deliveries (report, state);
CREATE INDEX deliveries_by_contact ON deliveries (contact, created_at);
CREATE INDEX deliveries_open ON deliveries (state, created_at) WHERE state NOT IN ('sent', 'suppressed');
-- Append-only: what was tried, and what was answered.
CREATE TABLE attempts (
    delivery    UUID NOT NULL REFERENCES deliveries (id),
    number      INTEGER NOT NULL,
    started_at  TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    outcome     TEXT,
    server      TEXT NOT NULL,
    reply       TEXT,
    duration_ms BIGINT,
    PRIMARY KEY (delivery, number)
);
-- Mails that staff sent to one address to look at: not deliveries, but on record like them.
CREATE TABLE test_mails (
    id           UUID PRIMARY KEY NOT NULL,
    location     TEXT NOT NULL,
    night        DATE NOT NULL,
    email        TEXT NOT NULL,
    requested_by TEXT,
    subject      TEXT NOT NULL,
    at           TIMESTAMPTZ NOT NULL,
    reply        TEXT
);
-- Links of mails: only the hash of a token is kept.
CREATE TABLE links (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    delivery   UUID NOT NULL,
    report     UUID NOT NULL,
    kind       TEXT NOT NULL,
    subject    TEXT,
    expires_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX links_by_delivery ON links (delivery);
CREATE INDEX links_by_report ON links (report);
-- Who asked not to be mailed about a location any more, and who asked for a fresh link.
CREATE TABLE unsubscribes (
    contact    TEXT NOT NULL,
    location   TEXT NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    delivery   UUID NOT NULL,
    PRIMARY KEY (contact, location)
);
CREATE TABLE link_requests (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    delivery   UUID NOT NULL,
    asked_at   TIMESTAMPTZ NOT NULL,
    handled_at TIMESTAMPTZ
);
