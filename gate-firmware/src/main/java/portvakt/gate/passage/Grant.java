package portvakt.gate.passage;

import portvakt.gate.access.Credential;

/** A journalled grant, waiting for its holder to go through. @param sequence of its {@code AccessGranted} in the journal */
public record Grant(long sequence, Credential credential) {}
