-- ── Whom the audit log speaks of: an address stands here, and a word for it in the log, so that the address can be
--    erased and the log still verifies ──
CREATE TABLE audit_people (
    -- As it was written.
    address    TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    -- In the one form by which a person's address is known.
    normalized TEXT COLLATE "C" NOT NULL,
    word       TEXT COLLATE "C" NOT NULL UNIQUE DEFAULT ('person-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 20)),
    -- The last entry in which the word stands.
    last_entry BIGINT NOT NULL
);
CREATE INDEX audit_people_by_address ON audit_people (normalized);
CREATE INDEX audit_people_by_entry ON audit_people (last_entry);
