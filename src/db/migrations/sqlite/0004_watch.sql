-- Watching: what should have happened by when, what went wrong, and who was told.

-- Whether an incomplete site is held once its wait is over, instead of being sent with a label.
ALTER TABLE reports ADD COLUMN hold BOOLEAN NOT NULL DEFAULT FALSE;
-- When it was due, where it runs late: the mail says so.
ALTER TABLE reports ADD COLUMN late_since TEXT;
CREATE INDEX reports_ill ON reports (planned_at) WHERE state IN ('failed', 'held');
CREATE INDEX attempts_by_time ON attempts (started_at, outcome);
CREATE INDEX reports_by_time ON reports (planned_at, state);
CREATE INDEX deliveries_by_time ON deliveries (created_at, state);

-- What a job promised for one occurrence in one zone. The row stands before the deadline, so that it is missed visibly
-- also where nothing ran at all; `run` is the id that its run has, or would have.
CREATE TABLE deadlines (
    run        BLOB PRIMARY KEY NOT NULL,
    job        TEXT NOT NULL,
    zone       TEXT NOT NULL,
    occurrence TEXT NOT NULL,
    deadline   TEXT NOT NULL,
    -- 'open', 'missed' or 'met'
    state      TEXT NOT NULL
);
CREATE INDEX deadlines_unmet ON deadlines (deadline) WHERE state <> 'met';
-- What went wrong: one row for each thing, whose end is recorded too. `mail` and `hook` name the alert that told it,
-- `mail_end` and `hook_end` the one that told its end.
CREATE TABLE findings (
    kind     TEXT NOT NULL,
    subject  BLOB NOT NULL,
    found_at TEXT NOT NULL,
    ended_at TEXT,
    mail     BLOB,
    mail_end BLOB,
    hook     BLOB,
    hook_end BLOB,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX findings_open ON findings (kind, subject) WHERE ended_at IS NULL;
CREATE INDEX findings_unmailed ON findings (kind) WHERE mail IS NULL OR mail_end IS NULL;
CREATE INDEX findings_unhooked ON findings (kind) WHERE hook IS NULL OR hook_end IS NULL;
-- What operators are told: the intention first, then what became of it.
CREATE TABLE alerts (
    id          BLOB PRIMARY KEY NOT NULL,
    -- 'mail' or 'hook'
    channel     TEXT NOT NULL,
    -- Counts each channel's alerts: of two processes that want to tell the same, one gets the number.
    number      BIGINT NOT NULL,
    created_at  TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    begun_at    TEXT,
    next_at     TEXT,
    finished_at TEXT,
    reply       TEXT,
    UNIQUE (channel, number)
);
CREATE INDEX alerts_open ON alerts (created_at) WHERE state IN ('pending', 'sending');
