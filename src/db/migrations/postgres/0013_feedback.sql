-- Feedback: what readers of the hosted report said about its events, each once, with who said it as it stood then.
-- The two dialects of this file differ in column types only.
CREATE TABLE feedback (
    id          UUID PRIMARY KEY NOT NULL,
    report      UUID NOT NULL,
    location    TEXT COLLATE "C" NOT NULL,
    night       DATE NOT NULL,
    -- 'incident' or 'interaction', and its ref
    subject     TEXT NOT NULL,
    ref         TEXT COLLATE "C" NOT NULL,
    -- the interaction on which staff read it: itself, or the one behind the incident
    interaction TEXT,
    -- by which mail's link it came
    delivery    UUID NOT NULL,
    contact     TEXT NOT NULL,
    name        TEXT NOT NULL,
    email       TEXT NOT NULL,
    -- 'ours', 'call', 'wrong' or 'other'
    kind        TEXT NOT NULL,
    words       TEXT NOT NULL,
    phone       TEXT,
    at          TIMESTAMPTZ NOT NULL,
    handled_at  TIMESTAMPTZ,
    handled_by  TEXT,
    reply       TEXT
);
CREATE INDEX feedback_by_night ON feedback (location, night, at);
CREATE INDEX feedback_by_delivery ON feedback (delivery, at);
CREATE INDEX feedback_open ON feedback (at) WHERE handled_at IS NULL;
