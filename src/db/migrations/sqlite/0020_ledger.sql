-- The ledger's loose ends: what staff note on what readers said, and how far what happens by itself has been entered.
-- The two dialects of this file differ in column types only.

-- ── Feedback: what staff keep on record of it, and when they were told that it is there ──
ALTER TABLE feedback ADD COLUMN remark TEXT;
ALTER TABLE feedback ADD COLUMN told_at TEXT;
CREATE INDEX feedback_newest ON feedback (at, id);
CREATE INDEX feedback_untold ON feedback (at) WHERE told_at IS NULL AND handled_at IS NULL;
CREATE INDEX feedback_by_telling ON feedback (told_at) WHERE told_at IS NOT NULL;

-- ── Up to which instant something that comes about by the clock alone was entered in the audit log ──
CREATE TABLE audit_marks (
    name         TEXT PRIMARY KEY NOT NULL,
    looked_until TEXT NOT NULL
);
CREATE INDEX share_recipients_by_end ON share_recipients (expires_at) WHERE revoked_at IS NULL;
CREATE INDEX whitelist_by_end ON whitelist (expires_at) WHERE revoked_at IS NULL AND expires_at IS NOT NULL;

-- ── Reports of which nobody has noted yet which incidents they tell of: those that were frozen before that was kept ──
CREATE TABLE incident_backlog (
    report BLOB PRIMARY KEY NOT NULL
);
INSERT INTO incident_backlog (report)
SELECT r.id FROM reports r
WHERE r.state IN ('built', 'skipped') AND r.object_key IS NOT NULL AND r.incidents > 0
  AND r.artifacts_removed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM incident_reports i WHERE i.report = r.id);

-- ── An account may want more of who opens a shared link than the link ──
CREATE TABLE share_rules (
    branch     TEXT PRIMARY KEY NOT NULL,
    -- Whether each who opens one proves the address that it was sent to.
    prove      BOOLEAN NOT NULL,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL
);

-- ── What goes when nobody needs it any more, what an erasure looks for, and where a pruned log begins ──
CREATE INDEX throttles_by_time ON throttles (since);
CREATE INDEX dispositions_by_actor ON dispositions (actor);
