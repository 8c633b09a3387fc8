-- Locations are listed by name, a page at a time.
CREATE INDEX locations_by_name ON locations (lower(name), ref);
