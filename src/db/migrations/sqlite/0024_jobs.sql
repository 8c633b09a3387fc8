-- A job's own page asks for its last runs.
CREATE INDEX runs_by_job ON runs (job, started_at);
