package portvakt.server.adapter.register;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches a Status List Token over HTTP, if it is another one than the last. The whole fetch has a time limit and the answer a size
 * limit, so that a server that sends slowly or endlessly holds nothing up. For one thread.
 */
final class StatusListSource implements AutoCloseable {

    private static final String MEDIA_TYPE = "application/statuslist+jwt";
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;

    /** What a fetch came to. */
    sealed interface Fetched {
        record Token(String jwt, Optional<String> etag) implements Fetched {}

        record NotModified() implements Fetched {}

        /** @param cause for the audit: what the server did, and nothing that it said */
        record Failed(String cause) implements Fetched {}
    }

    private final URI uri;
    private final Duration timeOut;
    private final long bytesMax;
    private final HttpClient http;

    /** @param timeOut of one whole fetch */
    StatusListSource(URI uri, Duration timeOut, long bytesMax) {
        this.uri = uri;
        this.timeOut = timeOut;
        this.bytesMax = bytesMax;
        this.http = HttpClient.newBuilder()
                .connectTimeout(timeOut)
                // Never from https to http.
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    /** @param etag of the token that the caller has; empty: fetch it whatever it is */
    Fetched fetch(Optional<String> etag) throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(timeOut).header("Accept", MEDIA_TYPE);
        etag.ifPresent(known -> request.header("If-None-Match", known));
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), bytesMax));
        try {
            return read(answer.get(timeOut.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return new Fetched.Failed("no whole answer within " + timeOut.toMillis() + " ms");
        } catch (ExecutionException e) {
            return new Fetched.Failed(
                    e.getCause() instanceof IOException io
                            ? explain(io)
                            : e.getCause().toString());
        } finally {
            answer.cancel(true);
        }
    }

    private static Fetched read(HttpResponse<byte[]> answer) {
        if (answer.statusCode() == NOT_MODIFIED) {
            return new Fetched.NotModified();
        }
        if (answer.statusCode() != OK) {
            return new Fetched.Failed("the server answered " + answer.statusCode());
        }
        String type = answer.headers().firstValue("Content-Type").orElse("nothing");
        if (!type.split(";", 2)[0].strip().equalsIgnoreCase(MEDIA_TYPE)) {
            return new Fetched.Failed("the answer's Content-Type has to be " + MEDIA_TYPE);
        }
        return new Fetched.Token(
                new String(answer.body(), StandardCharsets.US_ASCII),
                answer.headers().firstValue("ETag"));
    }

    private String explain(IOException e) {
        String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return what.contains("body exceeds capacity") || what.contains("exceeds capacity")
                ? "the answer is larger than " + bytesMax + " bytes"
                : "the server could not be asked: " + what;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
