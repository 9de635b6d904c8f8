-- What the log is asked by, each in the order of its answers, so that a page costs the same however long the log is. What stands
-- behind the order is there to be tested without fetching the row. H2 reads an index backwards as PostgreSQL does.

-- By arrival: id.
DROP INDEX log_entry_by_site;
CREATE INDEX log_entry_by_site ON log_entry (site, id, gate);
CREATE INDEX log_entry_by_kind ON log_entry (kind, id, site, gate);
CREATE INDEX log_entry_by_reason ON log_entry (reason, id, site, gate);
CREATE INDEX log_entry_by_employer ON log_entry (employer_name, id, site, gate);

-- By the gates' clocks, for questions about a time. A card's few rows are sorted.
CREATE INDEX log_entry_by_time ON log_entry (occurred_at, id, site, gate);
CREATE INDEX log_entry_by_employer_and_time ON log_entry (employer_name, occurred_at, id, site, gate);
CREATE INDEX log_entry_by_gate_kind_and_time ON log_entry (site, gate, kind, occurred_at, id);
