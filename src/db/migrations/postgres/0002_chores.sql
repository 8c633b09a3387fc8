-- Work that comes round by itself: one row a chore, so that of many workers one does it.
CREATE TABLE chores (
    name        TEXT PRIMARY KEY NOT NULL,
    due_at      TIMESTAMPTZ NOT NULL,
    begun_at    TIMESTAMPTZ NOT NULL,
    -- None while it is under way.
    finished_at TIMESTAMPTZ,
    -- What went wrong the last time.
    error       TEXT
);
