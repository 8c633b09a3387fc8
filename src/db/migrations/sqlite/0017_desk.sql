-- The desk: jobs that rest, addresses that staff corrected, and what mails are looked up by.

-- One row a time that a job was paused; the one in force has not ended.
CREATE TABLE job_pauses (
    job        TEXT NOT NULL,
    since      TEXT NOT NULL,
    paused_by  TEXT NOT NULL,
    reason     TEXT NOT NULL,
    resumed_at TEXT,
    resumed_by TEXT,
    PRIMARY KEY (job, since)
);
CREATE UNIQUE INDEX job_pauses_in_force ON job_pauses (job) WHERE resumed_at IS NULL;
-- What stands over a contact's record of the feed: none where the feed's own holds.
CREATE TABLE contact_overrides (
    contact    TEXT PRIMARY KEY NOT NULL,
    email      TEXT,
    notify     BOOLEAN,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    reason     TEXT NOT NULL
);
CREATE INDEX contact_overrides_by_email ON contact_overrides (lower(email));
CREATE INDEX contact_overrides_by_address ON contact_overrides (email) WHERE email IS NOT NULL;
CREATE INDEX contacts_by_email ON contacts (lower(email));
CREATE INDEX deliveries_by_message ON deliveries (message_id);
CREATE INDEX test_mails_by_email ON test_mails (lower(email), at);
