-- By what an erasure asks, and by what the sweep prunes the house's own records.
CREATE INDEX suppressions_by_delivery ON suppressions (delivery) WHERE delivery IS NOT NULL;
CREATE INDEX suppressions_lifted ON suppressions (lifted_at) WHERE lifted_at IS NOT NULL;
CREATE INDEX findings_ended ON findings (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX alerts_by_time ON alerts (created_at);
CREATE INDEX deadlines_by_time ON deadlines (deadline);
CREATE INDEX clip_copies_by_time ON clip_copies (tried_at);
