package portvakt.gate.adapter.net;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import portvakt.gate.check.Machine.Reach;
import portvakt.gate.check.Machine.Reach.Outcome;
import portvakt.protocol.mqtt.BrokerSession;

/**
 * Goes to the broker step by step and says where it ends: name, TCP, TLS, log-in, subscription. Under a client identifier of its own,
 * so that a gate that runs keeps its connection; publishes nothing.
 */
public final class BrokerProbe {

    private static final int TIMEOUT_MS = 8_000;
    /** TLS 1.3 lets the client finish before the server has looked at its certificate; the refusal comes a moment later. */
    private static final int REFUSAL_WAIT_MS = 700;

    private static final String CLIENT = ":check";

    private final URI broker;
    private final SSLContext tls;
    private final String clientId;
    private final String topic;

    /**
     * @param clientId the gate's own
     * @param topic    that a gate has to hear
     */
    public BrokerProbe(URI broker, SSLContext tls, String clientId, String topic) {
        this.broker = broker;
        this.tls = tls;
        this.clientId = clientId;
        this.topic = topic;
    }

    /** Takes some seconds where nothing answers. */
    public Reach go() {
        long startNs = System.nanoTime();
        Optional<Reach> hindered = throughTls(startNs);
        return hindered.isPresent() ? hindered.get() : logIn(startNs);
    }

    private static Reach reach(Outcome outcome, String detail, long startNs) {
        return new Reach(outcome, detail, Duration.ofNanos(System.nanoTime() - startNs));
    }

    private Optional<Reach> throughTls(long startNs) {
        String place = broker.getHost() + ":" + broker.getPort();
        try (Socket plain = new HearingSocket()) {
            plain.connect(new InetSocketAddress(InetAddress.getByName(broker.getHost()), broker.getPort()), TIMEOUT_MS);
            plain.setSoTimeout(TIMEOUT_MS);
            try (SSLSocket secured =
                    (SSLSocket) tls.getSocketFactory().createSocket(plain, broker.getHost(), broker.getPort(), true)) {
                SSLParameters parameters = secured.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secured.setSSLParameters(parameters);
                secured.startHandshake();
                secured.setSoTimeout(REFUSAL_WAIT_MS);
                return refusedLater(secured)
                        .map(detail -> reach(Outcome.CERTIFICATE_REFUSED, place + ": " + detail, startNs));
            } catch (SSLException e) {
                return Optional.of(reach(outcome(e), place + ": " + reason(e), startNs));
            }
        } catch (UnknownHostException e) {
            return Optional.of(reach(Outcome.NAME_UNKNOWN, broker.getHost(), startNs));
        } catch (SocketTimeoutException e) {
            return Optional.of(reach(Outcome.TIMED_OUT, place, startNs));
        } catch (NoRouteToHostException e) {
            return Optional.of(reach(Outcome.UNREACHABLE, place, startNs));
        } catch (ConnectException e) {
            return Optional.of(reach(
                    String.valueOf(e.getMessage()).contains("refused") ? Outcome.REFUSED : Outcome.UNREACHABLE,
                    place,
                    startNs));
        } catch (IOException e) {
            return Optional.of(reach(Outcome.TLS_FAILED, place + ": " + e.getMessage(), startNs));
        }
    }

    /**
     * Hears the server out. One that refuses our certificate says why and hangs up, and what we still write then fails, before we have
     * read its reason; so a failed write is passed over, and reading says what became of the connection.
     */
    private static final class HearingSocket extends Socket {
        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    try {
                        out.write(bytes, from, length);
                    } catch (SocketException e) {
                        // Reading says why.
                    }
                }
            };
        }
    }

    /** @return why the server hung up; empty: it waits for us to speak, as it should */
    private static Optional<String> refusedLater(SSLSocket secured) throws IOException {
        try {
            return secured.getInputStream().read() < 0 ? Optional.of("it hung up") : Optional.empty();
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (SSLException | SocketException e) {
            return Optional.of(reason(e));
        }
    }

    /** What a failed handshake comes down to. */
    static Outcome outcome(SSLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CertificateExpiredException _ -> {
                    return Outcome.SERVER_CERTIFICATE_OVER;
                }
                case CertificateNotYetValidException _ -> {
                    return Outcome.SERVER_CERTIFICATE_EARLY;
                }
                case CertPathValidatorException path
                when path.getReason() == CertPathValidatorException.BasicReason.EXPIRED -> {
                    return Outcome.SERVER_CERTIFICATE_OVER;
                }
                case CertPathValidatorException path
                when path.getReason() == CertPathValidatorException.BasicReason.NOT_YET_VALID -> {
                    return Outcome.SERVER_CERTIFICATE_EARLY;
                }
                default -> {
                    // Looks further in.
                }
            }
        }
        String said = reason(e).toLowerCase(Locale.ROOT);
        if (said.contains("path building")
                || said.contains("path validation")
                || said.contains("trust anchor")
                // Another authority of the same name: all Portvakt servers have one.
                || said.contains("signature")) {
            return Outcome.SERVER_UNTRUSTED;
        }
        if (said.contains("subject alternative") || said.contains("no name matching")) {
            return Outcome.SERVER_NAME;
        }
        return said.contains("certificate") && said.contains("alert")
                        || said.contains("bad_certificate")
                        || said.contains("certificate_")
                ? Outcome.CERTIFICATE_REFUSED
                : Outcome.TLS_FAILED;
    }

    /** The innermost words, which say most. */
    private static String reason(Throwable e) {
        Throwable inner = e;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner.getMessage() == null ? inner.getClass().getSimpleName() : inner.getMessage();
    }

    private Reach logIn(long startNs) {
        CompletableFuture<String> lost = new CompletableFuture<>();
        CompletableFuture<Void> connected = new CompletableFuture<>();
        BrokerSession.Settings settings = new BrokerSession.Settings(
                broker, clientId + CLIENT, tls, Optional.empty(), Duration.ofSeconds(20), Duration.ZERO, 1);
        try (BrokerSession session = new BrokerSession(settings, listener(connected, lost))) {
            session.start();
            CompletableFuture.anyOf(connected, lost).get(2L * TIMEOUT_MS, TimeUnit.MILLISECONDS);
            if (lost.isDone()) {
                return reach(Outcome.NOT_ADMITTED, lost.join(), startNs);
            }
            session.subscribe(topic).get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            return reach(Outcome.CONNECTED, "", startNs);
        } catch (ExecutionException e) {
            return reach(Outcome.SUBSCRIPTION_REFUSED, reason(e), startNs);
        } catch (TimeoutException e) {
            return reach(Outcome.TIMED_OUT, "the broker at " + broker.getHost() + " says nothing after TLS", startNs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return reach(Outcome.TIMED_OUT, "interrupted", startNs);
        }
    }

    private static BrokerSession.Listener listener(CompletableFuture<Void> connected, CompletableFuture<String> lost) {
        return new BrokerSession.Listener() {
            @Override
            public void connected(boolean sessionPresent) {
                connected.complete(null);
            }

            @Override
            public void lost(String cause) {
                lost.complete(cause);
            }

            @Override
            public void message(String topic, byte[] payload, boolean retained) {
                // What it hears is the gate's.
            }
        };
    }
}
