-- Brands: what a branch's mails and pages carry in the place of the house's.
-- The two dialects of this file differ in column types only.

-- A branch without a row has the house's; so has what is none in one.
CREATE TABLE brands (
    branch      TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    name        TEXT,
    -- The name of From, and where answers go.
    sender      TEXT,
    reply_to    TEXT COLLATE "C",
    -- #rrggbb
    color       TEXT COLLATE "C",
    color_dark  TEXT COLLATE "C",
    logo_key    TEXT COLLATE "C",
    logo_sha256 TEXT COLLATE "C",
    logo_width  INTEGER,
    logo_height INTEGER,
    changed_at  TIMESTAMPTZ NOT NULL,
    -- As the audit log names people.
    changed_by  TEXT NOT NULL
);
CREATE INDEX brands_by_logo ON brands (logo_key) WHERE logo_key IS NOT NULL;
CREATE INDEX brands_by_reply_to ON brands (reply_to) WHERE reply_to IS NOT NULL;

-- A letter about a branch's things is from its sender.
ALTER TABLE letters ADD COLUMN from_name TEXT;
ALTER TABLE letters ADD COLUMN reply_to TEXT COLLATE "C";
