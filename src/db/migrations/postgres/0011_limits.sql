-- By what the sweep, an erasure and the lists ask of tables that grow with the nights (tests/it/plans).
CREATE INDEX link_requests_by_delivery ON link_requests (delivery);
CREATE INDEX suppressions_by_time ON suppressions (since);
CREATE INDEX deadlines_promised ON deadlines (occurrence) WHERE state = 'open';
CREATE INDEX bounces_by_kind ON bounces (kind, received_at);
CREATE INDEX link_requests_by_time ON link_requests (asked_at);
