-- Which version of a site's policy its gates were told last: it rises by one when the content changes, and only then.
CREATE TABLE site_policy (
    site         VARCHAR(30)              NOT NULL PRIMARY KEY,
    version      BIGINT                   NOT NULL,
    -- SHA-256 of the policy without version and time of issue, hexadecimal.
    content_hash VARCHAR(64)              NOT NULL,
    issued_at    TIMESTAMP WITH TIME ZONE NOT NULL
);
