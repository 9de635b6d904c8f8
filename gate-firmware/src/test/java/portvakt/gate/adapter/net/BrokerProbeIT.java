package portvakt.gate.adapter.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import portvakt.gate.check.Machine.Reach;
import portvakt.gate.check.Machine.Reach.Outcome;
import portvakt.gate.testing.Certificates;
import portvakt.gate.testing.Mosquitto;

/** Where the way to a broker ends, by real sockets and a real broker: each end has a name of its own. */
@Timeout(120)
class BrokerProbeIT {

    private static final Duration DAY = Duration.ofDays(1);

    /** An authority and what it certifies. */
    private static final class Authority {
        private final KeyPair keys = keyPair();
        private final X509Certificate certificate;

        Authority() throws Exception {
            certificate = issue(
                    "authority",
                    keys,
                    Instant.now().minus(DAY.multipliedBy(400)),
                    Instant.now().plus(DAY),
                    "",
                    true);
        }

        static KeyPair keyPair() throws GeneralSecurityException {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        }

        X509Certificate issue(String name, KeyPair of, Instant from, Instant until, String host, boolean ca)
                throws Exception {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=authority"),
                    BigInteger.valueOf(System.nanoTime()),
                    Date.from(from),
                    Date.from(until),
                    new X500Name("CN=" + name),
                    of.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            if (!host.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        }

        SSLContext context(Instant from, Instant until, String host, Authority trusted) throws Exception {
            KeyPair own = keyPair();
            char[] password = "test".toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("key", own.getPrivate(), password, new Certificate[] {
                issue("somebody", own, from, until, host, false), certificate
            });
            KeyManagerFactory ours = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            ours.init(store, password);
            KeyStore theirs = KeyStore.getInstance("PKCS12");
            theirs.load(null, null);
            theirs.setCertificateEntry("authority", trusted.certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(theirs);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(ours.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        }

        SSLContext context() throws Exception {
            return context(Instant.now().minus(DAY), Instant.now().plus(DAY), "localhost", this);
        }
    }

    @TempDir
    private Path folder;

    private ServerSocket listening;

    @AfterEach
    void close() throws IOException {
        if (listening != null) {
            listening.close();
        }
    }

    /** What the server does with one who has come. */
    @FunctionalInterface
    private interface Host {
        void meet(Socket plain, SSLSocket secured) throws IOException;
    }

    private URI serve(SSLContext context) throws IOException {
        return serve(context, (_, secured) -> secured.getInputStream().readAllBytes());
    }

    private URI serve(SSLContext context, Host host) throws IOException {
        listening = new ServerSocket(0, 5, InetAddress.getByName("localhost"));
        Thread.ofPlatform().daemon().start(() -> {
            while (!listening.isClosed()) {
                try (Socket plain = listening.accept();
                        SSLSocket secured =
                                (SSLSocket) context.getSocketFactory().createSocket(plain, null, false)) {
                    secured.setNeedClientAuth(true);
                    host.meet(plain, secured);
                } catch (IOException e) {
                    // The next one.
                }
            }
        });
        return URI.create("ssl://localhost:" + listening.getLocalPort());
    }

    /** Hangs up so that nothing of what is on its way arrives. */
    private static void cut(Socket plain) throws IOException {
        plain.setSoLinger(true, 0);
        plain.close();
    }

    private static Outcome probed(URI at, SSLContext gate) {
        return new BrokerProbe(at, gate, "gate:oslo:north", "portvakt/v1/x")
                .go()
                .outcome();
    }

    @Test
    void namesWhatIsWrongWithTheServersCertificate() throws Exception {
        Authority authority = new Authority();
        Instant now = Instant.now();
        URI over = serve(authority.context(now.minus(DAY.multipliedBy(2)), now.minus(DAY), "localhost", authority));
        assertThat(probed(over, authority.context())).isEqualTo(Outcome.SERVER_CERTIFICATE_OVER);
        listening.close();
        URI early = serve(authority.context(now.plusSeconds(3_600), now.plus(DAY), "localhost", authority));
        assertThat(probed(early, authority.context())).isEqualTo(Outcome.SERVER_CERTIFICATE_EARLY);
        listening.close();
        URI name = serve(authority.context(now.minus(DAY), now.plus(DAY), "elsewhere.example", authority));
        assertThat(probed(name, authority.context())).isEqualTo(Outcome.SERVER_NAME);
        listening.close();
        assertThat(probed(serve(new Authority().context()), authority.context()))
                .isEqualTo(Outcome.SERVER_UNTRUSTED);
    }

    @Test
    void namesAServerThatTurnsTheGateDown() throws Exception {
        Authority authority = new Authority();
        Instant now = Instant.now();
        URI server = serve(authority.context(now.minus(DAY), now.plus(DAY), "localhost", new Authority()));
        assertThat(probed(server, authority.context())).isEqualTo(Outcome.CERTIFICATE_REFUSED);
    }

    @Test
    void saysThatTlsFailedWhereTheConnectionIsCutInTheMiddleOfTheHandshake() throws Exception {
        Authority authority = new Authority();
        URI server = serve(authority.context(), (plain, _) -> cut(plain));
        assertThat(probed(server, authority.context())).isEqualTo(Outcome.TLS_FAILED);
    }

    @Test
    void takesAConnectionThatIsCutAfterTheHandshakeForARefusal() throws Exception {
        Authority authority = new Authority();
        URI server = serve(authority.context(), (plain, secured) -> {
            secured.startHandshake();
            cut(plain);
        });
        assertThat(probed(server, authority.context())).isEqualTo(Outcome.CERTIFICATE_REFUSED);
    }

    @Test
    void namesWhatIsWrongOnTheWay() throws Exception {
        SSLContext gate = new Authority().context();
        int nobodys;
        try (ServerSocket free = new ServerSocket(0)) {
            nobodys = free.getLocalPort();
        }
        assertThat(probed(URI.create("ssl://localhost:" + nobodys), gate)).isEqualTo(Outcome.REFUSED);
        assertThat(probed(URI.create("ssl://no-such-host.invalid:8883"), gate)).isEqualTo(Outcome.NAME_UNKNOWN);
    }

    @Test
    void goesAllTheWayToARealBroker() throws Exception {
        Certificates certificates = new Certificates(folder);
        certificates.server("broker");
        try (Mosquitto broker = new Mosquitto(folder, "")) {
            broker.start();
            Reach reach = new BrokerProbe(
                            broker.uri(), certificates.client("north"), "gate:oslo:north", "portvakt/v1/x")
                    .go();
            assertThat(reach.outcome()).as(reach.detail()).isEqualTo(Outcome.CONNECTED);
            assertThat(reach.took()).isPositive();
        }
    }
}
