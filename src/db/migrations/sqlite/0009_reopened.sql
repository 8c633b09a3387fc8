-- When a person asked for a mail once more: it may wait from then on, however old it is.
ALTER TABLE deliveries ADD COLUMN reopened_at TEXT;
