package portvakt.gate.adapter.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import portvakt.gate.enrol.EnrolmentFailedException;
import portvakt.gate.enrol.EnrolmentLink;
import portvakt.protocol.enrol.EnrolmentServer;

/**
 * A server by its web address.
 *
 * <p>A TLS certificate there is not checked, and need not be: it may be the server's own, which nobody has vouched for, and what
 * matters is sealed for the key that the code names, whoever carries it. TLS only keeps passers-by from seeing that a gate enrols.
 */
public final class HttpEnrolmentLink implements EnrolmentLink {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final String KIND = "urn:portvakt:enrolment:";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI base;
    private final HttpClient client;

    /** @throws IllegalArgumentException if it is no web address */
    public HttpEnrolmentLink(URI server) {
        if (!("https".equals(server.getScheme()) || "http".equals(server.getScheme())) || server.getHost() == null) {
            throw new IllegalArgumentException(
                    server + " is no web address; give the console's, for example https://portvakt.example.org");
        }
        this.base = URI.create(server.toString().replaceFirst("/*$", "/"));
        this.client = HttpClient.newBuilder()
                .connectTimeout(PATIENCE)
                .sslContext(anybodys())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    @Override
    public EnrolmentServer server() throws EnrolmentFailedException {
        JsonNode told = answer(request("enrol/v1/server").GET());
        if (!told.path("authority").isTextual()
                || !told.path("roots").isTextual()
                || !told.path("enrolment").isTextual()
                || !told.path("threshold").isInt()) {
            throw noServer();
        }
        return new EnrolmentServer(
                told.path("authority").asText(),
                told.path("roots").asText(),
                told.path("threshold").asInt(),
                told.path("enrolment").asText());
    }

    @Override
    public byte[] send(byte[] encapsulated, byte[] box) throws EnrolmentFailedException {
        ObjectNode body = JSON.createObjectNode();
        body.put("key", Base64.getEncoder().encodeToString(encapsulated));
        body.put("box", Base64.getEncoder().encodeToString(box));
        JsonNode answer = answer(request("enrol/v1/gates")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
        try {
            return Base64.getDecoder().decode(answer.path("box").asText());
        } catch (IllegalArgumentException e) {
            throw noServer();
        }
    }

    /** How far a clock goes before the server's, by the server's own word (RFC 9110 § 6.6.1), to the second; empty: it does not say. */
    public Optional<Duration> ahead(InstantSource clock) {
        try {
            HttpResponse<Void> response =
                    client.send(request("enrol/v1/server").GET().build(), HttpResponse.BodyHandlers.discarding());
            return response.headers()
                    .firstValue("Date")
                    .map(date -> Duration.between(
                            DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from), clock.instant()));
        } catch (IOException | DateTimeException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
    }

    private JsonNode answer(HttpRequest.Builder request) throws EnrolmentFailedException {
        HttpResponse<byte[]> response;
        try {
            response = client.send(
                    request.build(),
                    HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        } catch (IOException e) {
            throw unreached(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnrolmentFailedException("Interrupted.", false, e);
        }
        Optional<JsonNode> body = parsed(response.body());
        if (response.statusCode() == 200 && body.isPresent()) {
            return body.get();
        }
        throw refused(response, body);
    }

    private static Optional<JsonNode> parsed(byte[] body) {
        try {
            return Optional.ofNullable(JSON.readTree(new String(body, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private EnrolmentFailedException refused(HttpResponse<?> response, Optional<JsonNode> body) {
        String kind = body.map(problem -> problem.path("type").asText()).orElse("");
        if (kind.startsWith(KIND)) {
            return new EnrolmentFailedException(Refusals.told(
                    kind.substring(KIND.length()), response.headers().firstValue("Retry-After")));
        }
        if (response.statusCode() >= 500) {
            return new EnrolmentFailedException(
                    base + " has a fault of its own (HTTP " + response.statusCode()
                            + "). Try again in a minute; the server's log says more.",
                    true,
                    null);
        }
        return noServer();
    }

    private EnrolmentFailedException noServer() {
        return new EnrolmentFailedException(
                "What answers at " + base
                        + " is no Portvakt server, or one that is too old to enrol gates. Check the address: it is the console's.");
    }

    private EnrolmentFailedException unreached(IOException e) {
        String why = switch (e) {
            case HttpTimeoutException _ ->
                "does not answer. Check the cable or the modem, and that no firewall is between";
            case SSLException _ ->
                "does not speak TLS as this program does (" + e.getMessage()
                        + "). Check the address, http or https and the port";
            case ConnectException refused
            when refused.getCause() instanceof UnresolvedAddressException
                    || refused.getCause() != null
                            && refused.getCause().getCause() instanceof UnresolvedAddressException ->
                "has a name that is not known here. Check the address, and that this machine has a name server"
                        + " (ping " + base.getHost() + ")";
            case ConnectException _ -> "cannot be reached. Check the address and the port, and that the server runs";
            default -> "broke off (" + e.getMessage() + "). Try again";
        };
        return new EnrolmentFailedException(base + " " + why + ".", true, e);
    }

    private static SSLContext anybodys() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    /** Takes every certificate: see the class. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
            // This side is no server.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            // Proved by the box.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            // This side is no server.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            // Proved by the box.
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // This side is no server.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // Proved by the box.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
