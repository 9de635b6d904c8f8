-- Who is on site, beyond what gates saw: what people state, and whom a rule takes for gone.

-- A person may be on site by a statement alone, without any passage.
ALTER TABLE presence ALTER COLUMN gate DROP NOT NULL;
ALTER TABLE presence ALTER COLUMN direction DROP NOT NULL;
ALTER TABLE presence ALTER COLUMN occurred_at DROP NOT NULL;
ALTER TABLE presence ALTER COLUMN sequence DROP NOT NULL;
-- The newest statement that was not undone, if any.
ALTER TABLE presence ADD COLUMN correction_id BIGINT;
ALTER TABLE presence ADD COLUMN corrected_to VARCHAR(3);
ALTER TABLE presence ADD COLUMN corrected_at TIMESTAMP WITH TIME ZONE;
-- The automatic check-out after the newest of passage and statement, as long as it stands.
ALTER TABLE presence ADD COLUMN checked_out_at TIMESTAMP WITH TIME ZONE;
-- What follows from all of these.
ALTER TABLE presence ADD COLUMN on_site BOOLEAN DEFAULT FALSE NOT NULL;
UPDATE presence SET on_site = TRUE WHERE direction = 'IN';

-- What people state about presence. Append-only: nothing here is changed or removed but by an erasure, which takes holder and reason.
CREATE TABLE presence_correction (
    id          BIGINT                   NOT NULL PRIMARY KEY,
    site        VARCHAR(30)              NOT NULL,
    -- IN and OUT: was there or gone at that time; UNDO: another row counts no more; FORGIVE: double entries so far are settled.
    kind        VARCHAR(10)              NOT NULL,
    holder      VARCHAR(30),
    at          TIMESTAMP WITH TIME ZONE,
    undoes      BIGINT,
    author      VARCHAR(100)             NOT NULL,
    reason      VARCHAR(300),
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    UNIQUE (undoes)
);
CREATE INDEX presence_correction_by_holder ON presence_correction (site, holder, id);
CREATE INDEX presence_correction_by_site ON presence_correction (site, id);

-- Whom a rule took for gone, one row a stay. The first seven columns never change; the rest says what later sightings make of it.
CREATE TABLE automatic_check_out (
    id                    BIGINT                   NOT NULL PRIMARY KEY,
    site                  VARCHAR(30)              NOT NULL,
    holder                VARCHAR(30),
    -- When they came, as far as was known.
    since                 TIMESTAMP WITH TIME ZONE NOT NULL,
    at                    TIMESTAMP WITH TIME ZONE NOT NULL,
    -- DAILY or LONGEST_STAY.
    rule                  VARCHAR(15)              NOT NULL,
    recorded_at           TIMESTAMP WITH TIME ZONE NOT NULL,
    -- The first sighting after it: later ones change nothing any more.
    next_at               TIMESTAMP WITH TIME ZONE,
    superseded            BOOLEAN                  NOT NULL,
    superseded_at         TIMESTAMP WITH TIME ZONE,
    superseded_to         VARCHAR(3),
    -- By which gate; NULL: by a statement.
    superseded_gate       VARCHAR(30),
    superseded_correction BIGINT,
    UNIQUE (site, holder, since)
);
CREATE INDEX automatic_check_out_by_time ON automatic_check_out (site, at);

-- Entered twice without leaving, as far as is known now. Follows from the log and the two tables above; a row goes when it no longer does.
CREATE TABLE double_entry (
    site            VARCHAR(30)              NOT NULL,
    holder          VARCHAR(30)              NOT NULL,
    first_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    -- NULL: by a statement.
    first_gate      VARCHAR(30),
    second_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    second_gate     VARCHAR(30)              NOT NULL,
    second_sequence BIGINT                   NOT NULL,
    found_at        TIMESTAMP WITH TIME ZONE NOT NULL,
    -- The row of presence_correction that settled it.
    forgiven        BIGINT,
    PRIMARY KEY (site, holder, second_at, second_gate, second_sequence)
);
CREATE INDEX double_entry_by_time ON double_entry (site, second_at);
