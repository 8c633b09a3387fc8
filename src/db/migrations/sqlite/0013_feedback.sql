-- Feedback: what readers of the hosted report said about its events, each once, with who said it as it stood then.
-- The two dialects of this file differ in column types only.
CREATE TABLE feedback (
    id          BLOB PRIMARY KEY NOT NULL,
    report      BLOB NOT NULL,
    location    TEXT NOT NULL,
    night       DATE NOT NULL,
    -- 'incident' or 'interaction', and its ref
    subject     TEXT NOT NULL,
    ref         TEXT NOT NULL,
    -- the interaction on which staff read it: itself, or the one behind the incident
    interaction TEXT,
    -- by which mail's link it came
    delivery    BLOB NOT NULL,
    contact     TEXT NOT NULL,
    name        TEXT NOT NULL,
    email       TEXT NOT NULL,
    -- 'ours', 'call', 'wrong' or 'other'
    kind        TEXT NOT NULL,
    words       TEXT NOT NULL,
    phone       TEXT,
    at          TEXT NOT NULL,
    handled_at  TEXT,
    handled_by  TEXT,
    reply       TEXT
);
CREATE INDEX feedback_by_night ON feedback (location, night, at);
CREATE INDEX feedback_by_delivery ON feedback (delivery, at);
CREATE INDEX feedback_open ON feedback (at) WHERE handled_at IS NULL;
