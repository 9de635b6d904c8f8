package portvakt.server.adapter.mqtt;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.Subject;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager5;
import org.apache.activemq.artemis.spi.core.security.jaas.UserPrincipal;
import org.apache.activemq.artemis.utils.CertificateUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.adapter.pki.CertificateAuthority;
import portvakt.server.adapter.pki.Identity;

/**
 * Lets clients of the broker in by their certificate alone, and keeps each to its topics.
 *
 * <p>The TLS handshake has proved that the certificate is of our authority. The client identifier must be the certificate's
 * common name, or begin with it and a colon: otherwise one gate could take over the session of another, and its queue. A client
 * that brings a user name or password is refused: Artemis keys its caches by them.
 */
final class CertificateSecurity implements ActiveMQSecurityManager5 {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateSecurity.class);

    private final BiPredicate<GateAddress, String> admitted;

    /** @param admitted whether a gate with a certificate of this serial may talk now */
    CertificateSecurity(BiPredicate<GateAddress, String> admitted) {
        this.admitted = admitted;
    }

    /** The name in a subject, and who it is. */
    private static final class IdentityPrincipal extends UserPrincipal {
        private static final long serialVersionUID = 1L;
        private final transient Identity identity;

        IdentityPrincipal(Identity identity) {
            super(identity.commonName());
            this.identity = identity;
        }
    }

    @Override
    public Subject authenticate(String user, String password, RemotingConnection connection, String securityDomain) {
        if (connection == null || user != null || password != null) {
            return null;
        }
        // Checked once a connection: whoever is cut off later has its connection closed.
        Subject known = connection.getSubject();
        if (known != null && identity(known).isPresent()) {
            return known;
        }
        X509Certificate[] certificates = CertificateUtil.getCertsFromConnection(connection);
        if (certificates == null || certificates.length == 0) {
            return null;
        }
        Optional<Identity> identity = commonName(certificates[0]).flatMap(Identity::parse);
        if (identity.isEmpty() || !mayTalk(identity.get(), certificates[0], connection.getClientID())) {
            LOG.info(
                    "refused client \"{}\" with certificate {}",
                    connection.getClientID(),
                    CertificateAuthority.serial(certificates[0]));
            return null;
        }
        Subject subject = new Subject();
        subject.getPrincipals().add(new IdentityPrincipal(identity.get()));
        return subject;
    }

    private boolean mayTalk(Identity identity, X509Certificate certificate, String clientId) {
        boolean ownName = clientId != null
                && (clientId.equals(identity.commonName()) || clientId.startsWith(identity.commonName() + ":"));
        return ownName
                && switch (identity) {
                    case Identity.Server() -> true;
                    case Identity.Gate(GateAddress gate) -> isAdmitted(gate, certificate);
                };
    }

    private boolean isAdmitted(GateAddress gate, X509Certificate certificate) {
        try {
            return admitted.test(gate, CertificateAuthority.serial(certificate));
        } catch (RuntimeException e) {
            LOG.warn(
                    "cannot say whether {}/{} may talk, so it may not now: {}", gate.site(), gate.gate(), e.toString());
            return false;
        }
    }

    private static Optional<String> commonName(X509Certificate certificate) {
        try {
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return Optional.of(String.valueOf(part.getValue()));
                }
            }
            return Optional.empty();
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    /** Who a subject of ours is. */
    static Optional<Identity> identity(Subject subject) {
        return subject.getPrincipals(IdentityPrincipal.class).stream()
                .map(principal -> principal.identity)
                .findFirst();
    }

    @Override
    public boolean authorize(Subject subject, Set<Role> roles, CheckType checkType, String name) {
        Optional<Identity> identity = identity(subject);
        // Where a queue is concerned the name is "topic::queue", and a session's queue is "client identifier.topic".
        String[] parts = name.split("::", 2);
        String address = parts[0];
        if (identity.isEmpty() || (parts.length == 2 && !isOwnQueue(identity.get(), parts[1], address))) {
            return false;
        }
        return switch (checkType) {
            case SEND -> TopicRights.mayPublish(identity.get(), address);
            // Artemis makes an address for a topic at its first message or its first subscriber.
            case CREATE_ADDRESS ->
                TopicRights.mayPublish(identity.get(), address) || TopicRights.maySubscribe(identity.get(), address);
            case CONSUME,
                    CREATE_DURABLE_QUEUE,
                    DELETE_DURABLE_QUEUE,
                    CREATE_NON_DURABLE_QUEUE,
                    DELETE_NON_DURABLE_QUEUE -> TopicRights.maySubscribe(identity.get(), address);
            // Nobody manages the broker, or browses queues, through its acceptor.
            case DELETE_ADDRESS, MANAGE, BROWSE, VIEW, EDIT -> false;
        };
    }

    private static boolean isOwnQueue(Identity identity, String queue, String address) {
        return queue.equals(identity.commonName() + "." + address)
                || (queue.startsWith(identity.commonName() + ":") && queue.endsWith("." + address));
    }

    @Override
    public boolean validateUser(String user, String password) {
        return false;
    }

    @Override
    public boolean validateUserAndRole(String user, String password, Set<Role> roles, CheckType checkType) {
        return false;
    }
}
