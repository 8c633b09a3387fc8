-- What is untold on a channel, exactly as it is asked for each minute: findings that were told are not among it.
DROP INDEX findings_unmailed;
DROP INDEX findings_unhooked;
CREATE INDEX findings_new_mail ON findings (kind) WHERE mail IS NULL AND ended_at IS NULL;
CREATE INDEX findings_over_mail ON findings (kind) WHERE mail IS NOT NULL AND mail_end IS NULL AND ended_at IS NOT NULL;
CREATE INDEX findings_new_hook ON findings (kind) WHERE hook IS NULL AND ended_at IS NULL;
CREATE INDEX findings_over_hook ON findings (kind) WHERE hook IS NOT NULL AND hook_end IS NULL AND ended_at IS NOT NULL;
-- Which occurrences have a run already, asked by each tick of the alarm.
CREATE INDEX runs_by_occurrence ON runs (occurrence);
