-- Identity: the second factor's spare keys, what a person's word changes of what a feed said, and whom
-- an account's incidents may be shown to.
-- The two dialects of this file differ in column types only.

-- ── Spare keys for who lost the second factor: each works once, and only its hash is kept ──
CREATE TABLE recovery_codes (
    user_id   BLOB NOT NULL REFERENCES users (id),
    code_hash BLOB NOT NULL,
    used_at   TEXT,
    PRIMARY KEY (user_id, code_hash)
);

-- ── A person's word on a contact stands over the feed's, which keeps the producer's record ──
CREATE TABLE contact_changes (
    contact    TEXT PRIMARY KEY NOT NULL,
    -- In its one form; none leaves the feed's.
    email      TEXT,
    -- The EMAIL NOTIFICATION CONTACT check mark; none leaves the feed's.
    notify     BOOLEAN,
    changed_at TEXT NOT NULL,
    changed_by TEXT NOT NULL
);
CREATE INDEX contact_changes_by_address ON contact_changes (email) WHERE email IS NOT NULL;

-- ── To which domains an account's incidents may go: the blocked ones never, and where any is allowed only those ──
CREATE TABLE domain_rules (
    branch   TEXT NOT NULL,
    -- In A-labels; it covers what is below it, too.
    domain   TEXT NOT NULL,
    allowed  BOOLEAN NOT NULL,
    added_at TEXT NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (branch, domain)
);

-- ── What the sign-in, and the desk, look addresses up by ──
CREATE INDEX contacts_by_address ON contacts (lower(email));
CREATE INDEX deliveries_by_address ON deliveries (lower(email));
CREATE INDEX audit_by_branch ON audit (branch, number) WHERE branch IS NOT NULL;
