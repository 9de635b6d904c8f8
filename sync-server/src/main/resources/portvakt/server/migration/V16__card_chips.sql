-- Which chips showed which card number at a site, by a binding or by the chip's own data: one card has one chip, and a second one
-- is a copy, or a new card with an old number. One row a pair, made when it is first seen; gone when the person is erased, or when
-- somebody states that the chip is not the card's any more.
CREATE TABLE card_chip (
    site        VARCHAR(30)              NOT NULL,
    card_number VARCHAR(16)              NOT NULL,
    uid         VARCHAR(20)              NOT NULL,
    -- By the gate's clock.
    first_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    gate        VARCHAR(30)              NOT NULL,
    PRIMARY KEY (site, card_number, uid)
);
