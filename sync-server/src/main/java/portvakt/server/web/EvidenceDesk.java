package portvakt.server.web;

import java.security.cert.X509Certificate;
import portvakt.server.port.Evidence;

/**
 * What it takes to hand out evidence. Immutable.
 *
 * @param authority the certificate of who issues the gates' certificates
 */
public record EvidenceDesk(Evidence evidence, X509Certificate authority) {}
