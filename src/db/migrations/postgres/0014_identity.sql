-- Identity: the second factor's spare keys, what a person's word changes of what a feed said, and whom
-- an account's incidents may be shown to.
-- The two dialects of this file differ in column types only.

-- ── Spare keys for who lost the second factor: each works once, and only its hash is kept ──
CREATE TABLE recovery_codes (
    user_id   UUID NOT NULL REFERENCES users (id),
    code_hash BYTEA NOT NULL,
    used_at   TIMESTAMPTZ,
    PRIMARY KEY (user_id, code_hash)
);

-- ── To which domains an account's incidents may go: the blocked ones never, and where any is allowed only those ──
CREATE TABLE domain_rules (
    branch   TEXT COLLATE "C" NOT NULL,
    -- In A-labels; it covers what is below it, too.
    domain   TEXT COLLATE "C" NOT NULL,
    allowed  BOOLEAN NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (branch, domain)
);

-- ── What the sign-in, and the desk, look addresses up by ──
CREATE INDEX audit_by_branch ON audit (branch, number) WHERE branch IS NOT NULL;
