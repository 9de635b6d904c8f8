package portvakt.server.web;

import java.security.cert.X509Certificate;
import portvakt.server.port.Erasure;
import portvakt.server.port.Evidence;

/**
 * What it takes to hand out evidence, and to take persons out of it. Immutable.
 *
 * @param authority the certificate of who issues the gates' certificates
 */
public record EvidenceDesk(Evidence evidence, Erasure erasure, X509Certificate authority) {}
