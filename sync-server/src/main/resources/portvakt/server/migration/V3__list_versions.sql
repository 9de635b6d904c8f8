-- Every change of a card's status has a number. Whoever changes statuses locks the row 'card' of log_cursor first and takes the
-- next numbers from it, so that they rise in the order of the commits: who reads above the number that it has misses nothing.
-- 0: from before there were numbers.
ALTER TABLE card_status ADD COLUMN change_id BIGINT DEFAULT 0 NOT NULL;
CREATE INDEX card_status_by_change ON card_status (list, change_id);
INSERT INTO log_cursor (name, last_id) VALUES ('card', 0);

-- Which change a line of the audit stands for, 0 where nothing changed, and what the card was before it: from these an issuer that
-- starts again knows what each card was in the version that it issued last.
ALTER TABLE register_audit ADD COLUMN change_id BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE register_audit ADD COLUMN status_before VARCHAR(10);
CREATE INDEX register_audit_by_change ON register_audit (list, change_id);

-- The newest change that the issued version holds; it holds all before it too.
ALTER TABLE list_state ADD COLUMN change_id BIGINT DEFAULT 0 NOT NULL;

-- Every version that was issued since then. One with change_id >= a change's number has that change; of versions that were made
-- together, cut by keys, only the last has the new number.
CREATE TABLE list_version (
    list         VARCHAR(30)              NOT NULL,
    epoch        INTEGER                  NOT NULL,
    version      BIGINT                   NOT NULL,
    -- When it was signed first, by the server's clock. A heartbeat changes nothing here.
    issued_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    -- When the server took the oldest change of those that it was made for; issued_at where there is none, as in the first version.
    changed_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    keys_changed INTEGER                  NOT NULL,
    -- 0: no delta leads to it.
    delta_bytes  INTEGER                  NOT NULL,
    count        INTEGER                  NOT NULL,
    change_id    BIGINT                   NOT NULL,
    PRIMARY KEY (list, version)
);
CREATE INDEX list_version_by_change ON list_version (list, change_id);

-- The delta that leads on from a version, one for each; a longer one replaces a shorter one.
CREATE TABLE list_delta (
    list         VARCHAR(30) NOT NULL,
    from_version BIGINT      NOT NULL,
    to_version   BIGINT      NOT NULL,
    delta        BYTEA       NOT NULL,
    PRIMARY KEY (list, from_version)
);

-- Versions whose table and keys may lie in the broker, and how many messages they take, so that they can be cleared away.
ALTER TABLE list_snapshot RENAME TO list_checkpoint;
-- What lies at its head's topic; NULL for a version from before checkpoints had heads of their own.
ALTER TABLE list_checkpoint ADD COLUMN head BYTEA;
-- Whether the broker has all of it.
ALTER TABLE list_checkpoint ADD COLUMN complete BOOLEAN DEFAULT FALSE NOT NULL;
