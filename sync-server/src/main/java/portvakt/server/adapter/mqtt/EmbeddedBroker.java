package portvakt.server.adapter.mqtt;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.Subject;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.settings.impl.PageFullMessagePolicy;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;
import portvakt.server.adapter.file.SecretFile;
import portvakt.server.adapter.pki.CertificateAuthority;
import portvakt.server.adapter.pki.Identity;
import portvakt.server.port.GateRegistry;

/**
 * An MQTT 5 broker in this process: Apache ActiveMQ Artemis, TLS 1.3 with client certificates only, rights by certificate
 * ({@link TopicRights}), bounded memory and disk. Sessions, queues and retained messages are on the disk before they are
 * acknowledged.
 *
 * <p>Close every client in this process before the broker.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final String ACCEPTOR = "mqtt";
    private static final long ADDRESS_IDLE_MS = 10_000;
    private static final long MEMORY_BYTES_MAX = 64L * 1024 * 1024;
    private static final long ADDRESS_MEMORY_BYTES_MAX = 8L * 1024 * 1024;
    private static final long ADDRESS_DISK_BYTES_MAX = 256L * 1024 * 1024;
    private static final int DISK_PERCENT_MAX = 95;
    private static final int JOURNAL_FILE_BYTES = 2 * 1024 * 1024;
    private static final int JOURNAL_FILES_MIN = 2;
    private static final int JOURNAL_FILES_POOLED = 4;
    private static final int PACKET_BYTES_MAX = Topics.PAYLOAD_BYTES_MAX + 4096;
    private static final int CONNECTIONS_MAX = 10_000;
    /** A subscription that nobody has used for so long is gone; a gate that comes back later reads the retained messages. */
    private static final int SESSION_EXPIRY_SECONDS = 7 * 24 * 3600;

    private final EmbeddedActiveMQ artemis;
    private final int port;

    private EmbeddedBroker(EmbeddedActiveMQ artemis, int port) {
        this.artemis = artemis;
        this.port = port;
    }

    /** @param host address to listen on; {@code 0.0.0.0} for all */
    public record Settings(String host, int port, List<String> hostNames) {}

    /**
     * Starts the broker; it accepts clients when this returns.
     *
     * @throws IOException if it cannot start; the message says what to do
     */
    public static EmbeddedBroker start(
            Settings settings, Path folder, CertificateAuthority authority, GateRegistry gates, Instant now)
            throws IOException {
        SecretFile.createFolder(folder);
        requireFree(settings);
        CertificateAuthority.AcceptorFiles files = authority.acceptor(settings.hostNames, now);
        EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();
        try {
            artemis.setConfiguration(configuration(settings, folder, files));
            artemis.setSecurityManager(new CertificateSecurity(gates::isAdmitted));
            artemis.start();
        } catch (Exception e) {
            stop(artemis);
            throw new IOException("the broker cannot start in " + folder + ": " + e.getMessage(), e);
        }
        if (artemis.getActiveMQServer().getRemotingService() == null
                || !artemis.getActiveMQServer().isActive()
                || !artemis.getActiveMQServer().getRemotingService().isStarted()) {
            stop(artemis);
            throw new IOException("the broker cannot start in " + folder
                    + ". Another server may use this data folder, or another program the port " + settings.port + ".");
        }
        EmbeddedBroker broker = new EmbeddedBroker(artemis, settings.port);
        gates.onCutOff(broker::disconnect);
        return broker;
    }

    /** Tried here first: where the acceptor cannot listen, Artemis logs all its parameters, the passwords too. */
    private static void requireFree(Settings settings) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(settings.host, settings.port));
        } catch (IOException e) {
            throw new IOException(
                    "the broker cannot listen on " + settings.host + ":" + settings.port + " (" + e.getMessage()
                            + "). Stop the other program there, or give another port in the settings.",
                    e);
        }
    }

    private static Configuration configuration(Settings settings, Path folder, CertificateAuthority.AcceptorFiles files)
            throws Exception {
        Configuration configuration = new ConfigurationImpl();
        configuration.setName("portvakt");
        configuration.setPersistenceEnabled(true);
        configuration.setJournalType(JournalType.NIO);
        configuration.setJournalSyncTransactional(true);
        configuration.setJournalSyncNonTransactional(true);
        configuration.setJournalDirectory(folder.resolve("journal").toString());
        configuration.setBindingsDirectory(folder.resolve("bindings").toString());
        configuration.setPagingDirectory(folder.resolve("paging").toString());
        configuration.setLargeMessagesDirectory(folder.resolve("large").toString());
        configuration.setJournalFileSize(JOURNAL_FILE_BYTES);
        configuration.setJournalMinFiles(JOURNAL_FILES_MIN);
        configuration.setJournalPoolFiles(JOURNAL_FILES_POOLED);
        configuration.setGlobalMaxSize(MEMORY_BYTES_MAX);
        configuration.setMaxDiskUsage(DISK_PERCENT_MAX);
        configuration.setJMXManagementEnabled(false);
        configuration.setMessageCounterEnabled(false);
        configuration.setSecurityEnabled(true);
        // Artemis keys both caches by the certificate's name, which an old certificate shares with the new one.
        configuration.setAuthenticationCacheSize(0);
        configuration.setAuthorizationCacheSize(0);
        configuration.setIncomingInterceptorClassNames(List.of(TopicGuard.class.getName()));
        // Addresses are the topics as they are, so that rights are checked on what the client wrote.
        configuration.setWildCardConfiguration(
                new WildcardConfiguration().setDelimiter('/').setSingleWord('+').setAnyWords('#'));
        configuration.addAddressSetting("#", addressSettings(PageFullMessagePolicy.FAIL));
        // A gate that has been away too long must not stop the lists of the others.
        configuration.addAddressSetting(Topics.ROOT + "/lists/#", addressSettings(PageFullMessagePolicy.DROP));
        configuration.addAcceptorConfiguration(acceptor(settings, files));
        return configuration;
    }

    private static AddressSettings addressSettings(PageFullMessagePolicy whenFull) {
        return new AddressSettings()
                .setMaxSizeBytes(ADDRESS_MEMORY_BYTES_MAX)
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                .setPageLimitBytes(ADDRESS_DISK_BYTES_MAX)
                .setPageFullMessagePolicy(whenFull)
                // Not with the last subscriber but by the broker's own sweep: two gates that let go at once would both
                // try,
                // and one of them would be told that it failed.
                .setAutoDeleteAddressesDelay(ADDRESS_IDLE_MS)
                // Delivered until it is acknowledged: there is no dead letter address.
                .setMaxDeliveryAttempts(-1);
    }

    private static TransportConfiguration acceptor(Settings settings, CertificateAuthority.AcceptorFiles files)
            throws IOException {
        String password = Files.readString(files.identity().passwordFile()).strip();
        Map<String, Object> transport = new HashMap<>(); // looked up, never walked
        transport.put(TransportConstants.HOST_PROP_NAME, settings.host);
        transport.put(TransportConstants.PORT_PROP_NAME, settings.port);
        transport.put(TransportConstants.PROTOCOLS_PROP_NAME, "MQTT");
        transport.put(TransportConstants.CONNECTIONS_ALLOWED, CONNECTIONS_MAX);
        transport.put(TransportConstants.SSL_ENABLED_PROP_NAME, true);
        transport.put(TransportConstants.NEED_CLIENT_AUTH_PROP_NAME, true);
        transport.put(TransportConstants.ENABLED_PROTOCOLS_PROP_NAME, "TLSv1.3");
        transport.put(
                TransportConstants.KEYSTORE_PATH_PROP_NAME,
                files.identity().p12().toAbsolutePath().toString());
        transport.put(TransportConstants.KEYSTORE_TYPE_PROP_NAME, "PKCS12");
        transport.put(TransportConstants.KEYSTORE_PASSWORD_PROP_NAME, password);
        transport.put(
                TransportConstants.TRUSTSTORE_PATH_PROP_NAME,
                files.trustP12().toAbsolutePath().toString());
        transport.put(TransportConstants.TRUSTSTORE_TYPE_PROP_NAME, "PKCS12");
        transport.put(TransportConstants.TRUSTSTORE_PASSWORD_PROP_NAME, password);
        Map<String, Object> mqtt = new HashMap<>(); // looked up, never walked
        // Paho 1.2.5 sends aliases over a new connection that it agreed on the old one.
        mqtt.put("topicAliasMaximum", 0);
        mqtt.put("maximumPacketSize", PACKET_BYTES_MAX);
        mqtt.put("defaultMqttSessionExpiryInterval", SESSION_EXPIRY_SECONDS);
        return new TransportConfiguration(NettyAcceptorFactory.class.getName(), transport, ACCEPTOR, mqtt);
    }

    public int port() {
        return port;
    }

    /** Closes the live connections of a gate, if it has any. */
    private void disconnect(GateAddress gate) {
        for (RemotingConnection connection :
                artemis.getActiveMQServer().getRemotingService().getConnections()) {
            Subject subject = connection.getSubject();
            Optional<Identity> identity = subject == null ? Optional.empty() : CertificateSecurity.identity(subject);
            if (identity.isPresent() && identity.get().equals(new Identity.Gate(gate))) {
                LOG.info("closing the connection of {}/{}", gate.site(), gate.gate());
                connection.destroy();
                artemis.getActiveMQServer().getRemotingService().removeConnection(connection.getID());
            }
        }
    }

    @Override
    public void close() {
        stop(artemis);
    }

    private static void stop(EmbeddedActiveMQ artemis) {
        try {
            artemis.stop();
        } catch (Exception e) {
            LOG.warn("the broker did not stop cleanly", e);
        }
    }
}
