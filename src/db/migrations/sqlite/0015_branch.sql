-- The report portal: what the list of locations says of each, which report told of which incident, what people said an
-- incident turned out to be, and when a location was on an active plan.
-- The two dialects of this file differ in column types only.

-- ── The latest review of each location: kept in the transaction of each build ──
CREATE TABLE location_summaries (
    location     TEXT PRIMARY KEY NOT NULL,
    report       BLOB NOT NULL,
    night        DATE NOT NULL,
    revision     INTEGER NOT NULL,
    reviewed_at  TEXT NOT NULL,
    interactions BIGINT NOT NULL,
    incidents    BIGINT NOT NULL,
    missing      BIGINT NOT NULL,
    -- Whether it ever sent a transaction: a place that sells.
    sells        BOOLEAN NOT NULL
);
CREATE INDEX location_summaries_by_night ON location_summaries (night);
INSERT INTO location_summaries (location, report, night, revision, reviewed_at, interactions, incidents, missing, sells)
SELECT r.location, r.id, r.night, r.revision, coalesce(r.built_at, r.planned_at), r.interactions, r.incidents, r.missing,
       EXISTS (SELECT 1 FROM transactions t WHERE t.location = r.location)
FROM reports r
WHERE r.state IN ('built', 'skipped') AND NOT EXISTS (
    SELECT 1 FROM reports o WHERE o.location = r.location AND o.state IN ('built', 'skipped')
    AND (o.night > r.night OR (o.night = r.night AND o.revision > r.revision)));

-- ── Which frozen report tells of which incident ──
CREATE TABLE incident_reports (
    incident TEXT NOT NULL,
    report   BLOB NOT NULL,
    location TEXT NOT NULL,
    PRIMARY KEY (incident, report)
);
CREATE INDEX incident_reports_by_report ON incident_reports (report);

-- ── What people said an incident turned out to be: append-only; the frozen report stays as it is ──
CREATE TABLE dispositions (
    id       BLOB PRIMARY KEY NOT NULL,
    incident TEXT NOT NULL,
    location TEXT NOT NULL,
    at       TEXT NOT NULL,
    -- 'not-a-theft', 'invalid-theft', 'cut-short', 'inconclusive', or 'restored' for what takes the last one back
    reason   TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL,
    note     TEXT NOT NULL
);
CREATE INDEX dispositions_by_incident ON dispositions (incident, at);
CREATE INDEX dispositions_by_location ON dispositions (location, at);
-- The one in force, so that lists need not look for it.
CREATE TABLE verdicts (
    incident    TEXT PRIMARY KEY NOT NULL,
    location    TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    reason      TEXT NOT NULL,
    at          TEXT NOT NULL
);
CREATE INDEX verdicts_by_time ON verdicts (location, occurred_at);

-- ── What people said to one another about an incident: append-only ──
CREATE TABLE incident_comments (
    id       BLOB PRIMARY KEY NOT NULL,
    incident TEXT NOT NULL,
    location TEXT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL,
    text     TEXT NOT NULL
);
CREATE INDEX incident_comments_by_incident ON incident_comments (incident, at);
CREATE INDEX incident_comments_by_location ON incident_comments (location, at);
-- An export and an erasure ask what a person wrote.
CREATE INDEX incident_comments_by_actor ON incident_comments (actor);

-- ── From which night to which a location was on an active plan; a location without any always was ──
CREATE TABLE location_plans (
    location    TEXT NOT NULL,
    first_night DATE NOT NULL,
    -- None while it goes on.
    last_night  DATE,
    PRIMARY KEY (location, first_night)
);
