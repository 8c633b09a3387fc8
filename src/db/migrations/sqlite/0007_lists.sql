-- The list of deliveries, newest first, and that of one address: neither reads the table from end to end.
CREATE INDEX deliveries_by_time ON deliveries (created_at);
CREATE INDEX deliveries_by_email ON deliveries (lower(email));
