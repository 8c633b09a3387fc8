-- ── When staff withdrew a mail's links: what it gave is given no more, whether by link or signed in ──
ALTER TABLE deliveries ADD COLUMN links_withdrawn_at TEXT;
UPDATE deliveries SET links_withdrawn_at = (SELECT max(l.revoked_at) FROM links l WHERE l.delivery = deliveries.id)
    WHERE id IN (SELECT delivery FROM links WHERE revoked_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM links k WHERE k.delivery = deliveries.id AND k.kind = 'report' AND k.revoked_at IS NULL);

-- ── When staff were told that somebody wants a fresh link ──
ALTER TABLE link_requests ADD COLUMN told_at TEXT;
CREATE INDEX link_requests_untold ON link_requests (asked_at) WHERE told_at IS NULL AND handled_at IS NULL;
CREATE INDEX link_requests_by_telling ON link_requests (told_at) WHERE told_at IS NOT NULL;
