-- How the versions of the lists get to the gates. All times are the server's but applied_at, which is the gate's.

-- When the gate's present connection began: a gate that was away when a version came out is not slow.
ALTER TABLE gate ADD COLUMN online_since TIMESTAMP WITH TIME ZONE;

-- A list at a gate, now.
CREATE TABLE gate_list (
    site            VARCHAR(30)              NOT NULL,
    gate            VARCHAR(30)              NOT NULL,
    list            VARCHAR(30)              NOT NULL,
    -- What the gate reported last that was a version at all; 0: none yet.
    epoch           INTEGER                  NOT NULL,
    version         BIGINT                   NOT NULL,
    -- The most that it ever reported. More than the above: it went back.
    highest_epoch   INTEGER                  NOT NULL,
    highest_version BIGINT                   NOT NULL,
    -- FRESH, GRACE, STALE, NONE, DAMAGED or UNSPECIFIED, and since when.
    state           VARCHAR(12)              NOT NULL,
    state_since     TIMESTAMP WITH TIME ZONE NOT NULL,
    -- The alarm that is under way, if any.
    lag_since       TIMESTAMP WITH TIME ZONE,
    lag_cause       VARCHAR(12),
    PRIMARY KEY (site, gate, list)
);

-- When each gate first reported a version. One that it passed over has no row: the next row above covers it.
CREATE TABLE list_applied (
    site         VARCHAR(30)              NOT NULL,
    gate         VARCHAR(30)              NOT NULL,
    list         VARCHAR(30)              NOT NULL,
    epoch        INTEGER                  NOT NULL,
    version      BIGINT                   NOT NULL,
    issued_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    applied_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    clock_trust  VARCHAR(20)              NOT NULL,
    reported_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    online_since TIMESTAMP WITH TIME ZONE NOT NULL,
    state        VARCHAR(12)              NOT NULL,
    PRIMARY KEY (site, gate, list, epoch, version)
);
CREATE INDEX list_applied_by_time ON list_applied (list, reported_at);
CREATE INDEX list_applied_by_age ON list_applied (reported_at);
CREATE INDEX list_version_by_time ON list_version (list, issued_at);
