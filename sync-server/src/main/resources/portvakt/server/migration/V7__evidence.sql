-- What it takes to prove a gate's chain, and to see that something is wrong with it.

-- Every certificate that a gate was given here: its older seals prove by the older ones. A gate provisioned before this table has none.
CREATE TABLE gate_certificate (
    site          VARCHAR(30)              NOT NULL,
    gate          VARCHAR(30)              NOT NULL,
    -- Of the certificate as DER, hexadecimal.
    sha256        VARCHAR(64)              NOT NULL,
    certificate   BYTEA                    NOT NULL,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (site, gate, sha256)
);

-- Each run of a gate's program and where in the chain it lies. Of one journal no two overlap.
CREATE TABLE gate_run (
    site                  VARCHAR(30) NOT NULL,
    gate                  VARCHAR(30) NOT NULL,
    -- Hexadecimal.
    boot_id               VARCHAR(64) NOT NULL,
    first_sequence        BIGINT      NOT NULL,
    last_sequence         BIGINT      NOT NULL,
    -- The first event by a clock that was synchronised; NULL: none yet.
    synchronised_sequence BIGINT,
    PRIMARY KEY (site, gate, boot_id)
);
CREATE INDEX gate_run_by_last ON gate_run (site, gate, last_sequence);

-- What is wrong with a gate's chain now and may come right again, one row a kind; gone when it is over.
CREATE TABLE gate_episode (
    site           VARCHAR(30)              NOT NULL,
    gate           VARCHAR(30)              NOT NULL,
    -- JOURNAL_GAP, JOURNAL_WENT_BACK or SERVER_WENT_BACK.
    kind           VARCHAR(20)              NOT NULL,
    first_sequence BIGINT                   NOT NULL,
    last_sequence  BIGINT                   NOT NULL,
    since          TIMESTAMP WITH TIME ZONE NOT NULL,
    -- Whether the log has an alarm about it.
    said           BOOLEAN                  NOT NULL,
    PRIMARY KEY (site, gate, kind)
);
