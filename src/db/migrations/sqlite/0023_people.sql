-- ── Whom the audit log speaks of: an address stands here, and a word for it in the log, so that the address can be
--    erased and the log still verifies ──
CREATE TABLE audit_people (
    -- As it was written.
    address    TEXT PRIMARY KEY NOT NULL,
    -- In the one form by which a person's address is known.
    normalized TEXT NOT NULL,
    word       TEXT NOT NULL UNIQUE DEFAULT ('person-' || lower(hex(randomblob(10)))),
    -- The last entry in which the word stands.
    last_entry INTEGER NOT NULL
);
CREATE INDEX audit_people_by_address ON audit_people (normalized);
CREATE INDEX audit_people_by_entry ON audit_people (last_entry);
