-- ── The one form of an address ──
-- lower() makes it of an address in ASCII. Of any other it stands in `known_as`; what was there before is marked here, and
-- named by the program, which knows domains in other scripts.
ALTER TABLE contacts ADD COLUMN known_as TEXT;
ALTER TABLE deliveries ADD COLUMN known_as TEXT;
ALTER TABLE test_mails ADD COLUMN known_as TEXT;
UPDATE contacts SET known_as = '?' WHERE octet_length(email) <> char_length(email);
UPDATE deliveries SET known_as = '?' WHERE octet_length(email) <> char_length(email);
UPDATE test_mails SET known_as = '?' WHERE octet_length(email) <> char_length(email);
DROP INDEX contacts_by_email;
CREATE INDEX contacts_by_email ON contacts (COALESCE(known_as, lower(email)));
DROP INDEX deliveries_by_email;
CREATE INDEX deliveries_by_email ON deliveries (COALESCE(known_as, lower(email)));
DROP INDEX test_mails_by_email;
CREATE INDEX test_mails_by_email ON test_mails (COALESCE(known_as, lower(email)), at);

-- ── Whom the audit log speaks of ──
-- A word from now on is a hash of this and of the address, so that it can be told whether the address is still the one
-- for which it stands. Words from before were thrown, and have none.
ALTER TABLE audit_people ADD COLUMN salt TEXT COLLATE "C";
