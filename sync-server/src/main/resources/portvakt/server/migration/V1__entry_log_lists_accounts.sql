-- One dialect for H2 and PostgreSQL: standard MERGE, no RETURNING, no ON CONFLICT, no partial index.

-- Gates: those that were given a certificate, and those heard of through another broker.
CREATE TABLE gate (
    site               VARCHAR(30)              NOT NULL,
    gate               VARCHAR(30)              NOT NULL,
    direction          VARCHAR(3)               NOT NULL,
    registered_at      TIMESTAMP WITH TIME ZONE,
    revoked_at         TIMESTAMP WITH TIME ZONE,
    certificate_serial VARCHAR(64),
    committed_sequence BIGINT                   NOT NULL,
    last_hash          BYTEA                    NOT NULL,
    journal_last       BIGINT                   NOT NULL,
    last_seen_at       TIMESTAMP WITH TIME ZONE,
    online             BOOLEAN                  NOT NULL,
    -- The newest GateStatus that said more than "offline", as it came.
    status             BYTEA,
    PRIMARY KEY (site, gate)
);

-- Every event as the gate chained it. The subject may be erased later; commitment and hash stay.
CREATE TABLE event (
    site               VARCHAR(30)              NOT NULL,
    gate               VARCHAR(30)              NOT NULL,
    sequence           BIGINT                   NOT NULL,
    previous_hash      BYTEA                    NOT NULL,
    hash               BYTEA                    NOT NULL,
    facts              BYTEA                    NOT NULL,
    subject_commitment BYTEA                    NOT NULL,
    subject            BYTEA                    NOT NULL,
    received_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (site, gate, sequence)
);

-- What the log shows. Ids are handed out from log_cursor, so that they rise in the order of the commits.
CREATE TABLE log_entry (
    id               BIGINT                   NOT NULL PRIMARY KEY,
    site             VARCHAR(30)              NOT NULL,
    gate             VARCHAR(30)              NOT NULL,
    sequence         BIGINT                   NOT NULL,
    occurred_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    clock_trust      VARCHAR(20)              NOT NULL,
    direction        VARCHAR(3)               NOT NULL,
    kind             VARCHAR(40)              NOT NULL,
    reason           VARCHAR(40),
    -- Names of denial reasons, separated by spaces.
    flags            VARCHAR(400)             NOT NULL,
    card_number      VARCHAR(16),
    uid              VARCHAR(20),
    holder_name      VARCHAR(200),
    employer_name    VARCHAR(200),
    assurance        VARCHAR(20),
    reader           VARCHAR(100),
    granted_sequence BIGINT,
    list             VARCHAR(30),
    list_version     BIGINT,
    list_age_ms      BIGINT,
    detail           VARCHAR(500)
);
CREATE INDEX log_entry_by_site ON log_entry (site, id);
CREATE INDEX log_entry_by_gate ON log_entry (site, gate, sequence);
CREATE INDEX log_entry_by_card ON log_entry (card_number, id);

CREATE TABLE log_cursor (
    name    VARCHAR(10) NOT NULL PRIMARY KEY,
    last_id BIGINT      NOT NULL
);
INSERT INTO log_cursor (name, last_id) VALUES ('log', 0);

-- The newest AccessTaken of each holder on each site, the way out included, so that one that comes late changes nothing.
CREATE TABLE presence (
    site          VARCHAR(30)              NOT NULL,
    holder        VARCHAR(30)              NOT NULL,
    gate          VARCHAR(30)              NOT NULL,
    direction     VARCHAR(3)               NOT NULL,
    occurred_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    sequence      BIGINT                   NOT NULL,
    card_number   VARCHAR(16),
    holder_name   VARCHAR(200),
    employer_name VARCHAR(200),
    PRIMARY KEY (site, holder)
);

-- What could not be read, or contradicts what was committed, with its bytes. The digest keeps one row a case.
CREATE TABLE quarantine (
    site        VARCHAR(30)              NOT NULL,
    gate        VARCHAR(30)              NOT NULL,
    digest      VARCHAR(64)              NOT NULL,
    sequence    BIGINT                   NOT NULL,
    cause       VARCHAR(20)              NOT NULL,
    detail      VARCHAR(500)             NOT NULL,
    content     BYTEA                    NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (site, gate, digest, cause)
);

CREATE TABLE card_status (
    list        VARCHAR(30)              NOT NULL,
    card_number VARCHAR(16)              NOT NULL,
    status      VARCHAR(10)              NOT NULL,
    event_time  TIMESTAMP WITH TIME ZONE NOT NULL,
    source      VARCHAR(300)             NOT NULL,
    token_id    VARCHAR(300)             NOT NULL,
    PRIMARY KEY (list, card_number)
);

CREATE TABLE processed_token (
    source       VARCHAR(300)             NOT NULL,
    token_id     VARCHAR(300)             NOT NULL,
    content_hash VARCHAR(64)              NOT NULL,
    received_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (source, token_id)
);

CREATE TABLE register_audit (
    id          BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    list        VARCHAR(30)              NOT NULL,
    card_number VARCHAR(16)              NOT NULL,
    status      VARCHAR(10)              NOT NULL,
    event_time  TIMESTAMP WITH TIME ZONE NOT NULL,
    source      VARCHAR(300)             NOT NULL,
    token_id    VARCHAR(300)             NOT NULL,
    outcome     VARCHAR(20)              NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX register_audit_by_card ON register_audit (card_number, id);

CREATE TABLE list_state (
    list            VARCHAR(30)              NOT NULL PRIMARY KEY,
    epoch           INTEGER                  NOT NULL,
    version         BIGINT                   NOT NULL,
    root            VARCHAR(64)              NOT NULL,
    revoked_count   INTEGER                  NOT NULL,
    suspended_count INTEGER                  NOT NULL,
    issued_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    head            BYTEA                    NOT NULL
);

-- Versions whose chunks may lie in the broker, and how many, so that they can be cleared away.
CREATE TABLE list_snapshot (
    list         VARCHAR(30) NOT NULL,
    version      BIGINT      NOT NULL,
    table_chunks INTEGER     NOT NULL,
    key_chunks   INTEGER     NOT NULL,
    PRIMARY KEY (list, version)
);

CREATE TABLE account (
    name          VARCHAR(100)             NOT NULL PRIMARY KEY,
    password_hash VARCHAR(300)             NOT NULL,
    role          VARCHAR(30)              NOT NULL,
    failures      INTEGER                  NOT NULL,
    locked_until  TIMESTAMP WITH TIME ZONE
);

CREATE TABLE account_session (
    secret_hash  VARCHAR(64)              NOT NULL PRIMARY KEY,
    name         VARCHAR(100)             NOT NULL,
    role         VARCHAR(30)              NOT NULL,
    opened_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE TABLE api_token (
    secret_hash VARCHAR(64)  NOT NULL PRIMARY KEY,
    name        VARCHAR(100) NOT NULL,
    role        VARCHAR(30)  NOT NULL
);
