-- Retention: what was removed and when, what a frozen report still needs, and whose data were erased.
-- The two dialects of this file differ in column types only.

-- ── What was removed: the rows stay as stubs that say so ──
ALTER TABLE reports ADD COLUMN artifacts_removed_at TEXT;
ALTER TABLE reports ADD COLUMN sent_removed_at TEXT;
-- Whether `report_uses` has this report's rows; reports from before this migration are listed by the sweep.
ALTER TABLE reports ADD COLUMN uses_listed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE clips ADD COLUMN removed_at TEXT;
ALTER TABLE objects ADD COLUMN removed_at TEXT;
ALTER TABLE deliveries ADD COLUMN erased_at TEXT;
-- Up to when a location's events were removed: a night before it is not built again as if nothing had happened.
CREATE TABLE events_removed (
    location TEXT PRIMARY KEY NOT NULL,
    until    TEXT NOT NULL
);

-- ── What a frozen report names: its media ('object'), offenders ('case') and recipients ('contact', 'address') ──
CREATE TABLE report_uses (
    report BLOB NOT NULL REFERENCES reports (id),
    what   TEXT NOT NULL,
    name   TEXT NOT NULL,
    PRIMARY KEY (report, what, name)
);
CREATE INDEX report_uses_by_name ON report_uses (what, name);
-- Objects that are to be deleted, or that are about to be written: whoever dies in between leaves its intent here.
CREATE TABLE doomed_objects (
    object_key TEXT PRIMARY KEY NOT NULL,
    since      TEXT NOT NULL
);

-- ── Whose data were erased on request: never their name or address, only marks (keyed hashes) of them ──
CREATE TABLE erasures (
    id           BLOB PRIMARY KEY NOT NULL,
    masked       TEXT NOT NULL,
    reason       TEXT NOT NULL,
    requested_by TEXT,
    begun_at     TEXT NOT NULL,
    finished_at  TEXT,
    deliveries   BIGINT NOT NULL DEFAULT 0,
    reports      BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE erasure_reports (
    erasure            BLOB NOT NULL REFERENCES erasures (id),
    report             BLOB NOT NULL REFERENCES reports (id),
    at                 TEXT NOT NULL,
    data_sha256_before TEXT,
    data_sha256_after  TEXT,
    PRIMARY KEY (erasure, report)
);
CREATE TABLE erased_marks (
    mark    TEXT PRIMARY KEY NOT NULL,
    erasure BLOB NOT NULL REFERENCES erasures (id)
);

-- ── Footage that was to be copied into the archive and could not be ──
CREATE TABLE clip_copies (
    -- 'clip REF' or 'photo REF'
    what     TEXT PRIMARY KEY NOT NULL,
    tried_at TEXT NOT NULL,
    tries    INTEGER NOT NULL,
    error    TEXT NOT NULL
);

-- ── By what the sweep asks ──
CREATE INDEX incidents_by_interaction ON incidents (interaction) WHERE interaction IS NOT NULL;
CREATE INDEX incidents_by_sale ON incidents (sale) WHERE sale IS NOT NULL;
CREATE INDEX incidents_by_photo ON incidents (photo_key) WHERE photo_key IS NOT NULL;
CREATE INDEX clips_by_object ON clips (object_key) WHERE object_key IS NOT NULL;
CREATE INDEX test_mails_by_time ON test_mails (location, at);
CREATE INDEX reports_by_object ON reports (object_key) WHERE object_key IS NOT NULL;
CREATE INDEX reports_unlisted ON reports (night) WHERE object_key IS NOT NULL AND NOT uses_listed;
