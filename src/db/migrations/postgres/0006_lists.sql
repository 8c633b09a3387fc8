-- The list of one address's deliveries: it does not read the table from end to end.
CREATE INDEX deliveries_by_email ON deliveries (lower(email));
