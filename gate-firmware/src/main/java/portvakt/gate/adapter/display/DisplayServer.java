package portvakt.gate.adapter.display;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Display;

/**
 * The page in front of the gate, served to the browser of its screen: {@code /}, its files, and {@code /events}. Reads nothing
 * from who asks but the path and the name it was asked under. Each request has a virtual thread of its own.
 */
public final class DisplayServer implements Display {

    private static final Logger LOG = LoggerFactory.getLogger(DisplayServer.class);
    private static final int BACKLOG = 16;
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(5);
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

    /**
     * By an address or as this computer itself. A page of somebody else's that has moved its own name here (DNS rebinding) comes
     * under that name, and is refused.
     */
    private static final Pattern OWN_HOST =
            Pattern.compile("(localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?");

    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final DisplayConfig config;
    private final Pages pages;
    private final EventStreams streams;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private volatile HttpServer server;
    private volatile boolean closed;
    private Thread starting;

    public DisplayServer(DisplayConfig config, Screens screens) {
        this(config, screens, EventStreams.Limits.DEFAULT);
    }

    DisplayServer(DisplayConfig config, Screens screens, EventStreams.Limits limits) {
        this.config = config;
        this.pages = new Pages(screens.language(), screens.title(), json(screens.lost()));
        this.streams = new EventStreams(
                limits,
                notice -> "event: screen\nid: " + pages.build() + "\ndata: " + json(screens.of(notice)) + "\n\n");
    }

    private static String json(Screen screen) {
        try {
            return JSON.writeValueAsString(screen);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void start(Consumer<Health> health) {
        Optional<String> failure = listen();
        health.accept(new Health(failure.isEmpty(), failure.orElse("")));
        if (failure.isPresent()) {
            starting = Thread.ofVirtual().name("display-start").start(() -> retry(health));
        }
    }

    private void retry(Consumer<Health> health) {
        do {
            LockSupport.parkNanos(RETRY_NS);
        } while (!closed && listen().isPresent());
        if (!closed) {
            health.accept(new Health(true, ""));
        }
    }

    /** @return why not; empty when it listens */
    private synchronized Optional<String> listen() {
        if (closed) {
            return Optional.of("closed");
        }
        try {
            HttpServer made = HttpServer.create(
                    new InetSocketAddress(InetAddress.ofLiteral(config.address()), config.port()), BACKLOG);
            made.setExecutor(requests);
            made.createContext("/", this::answer);
            made.start();
            server = made;
            LOG.info("The display's page is at http://{}:{}/", config.address(), config.port());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("cannot listen at " + config.address() + " port " + config.port() + ": " + e.getMessage()
                    + "; give the display another address or port, or stop what uses it");
        }
    }

    @Override
    public void show(Notice notice) {
        streams.show(notice);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            headers.set("Cache-Control", "no-store");
            String host = exchange.getRequestHeaders().getFirst("Host");
            String path = exchange.getRequestURI().getPath();
            if (host == null || !OWN_HOST.matcher(host).matches()) {
                say(exchange, 421, "This page is reached by an IP address or as localhost only.");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                headers.set("Allow", "GET");
                say(exchange, 405, "This page can only be looked at: GET.");
            } else if ("/events".equals(path)) {
                follow(exchange);
            } else {
                Optional<Pages.Page> page = pages.at(path);
                if (page.isEmpty()) {
                    say(exchange, 404, "There is only the page / here.");
                } else {
                    send(exchange, 200, page.get().type(), page.get().bytes());
                }
            }
        }
    }

    private void follow(HttpExchange exchange) throws IOException {
        try {
            if (!streams.takePlace()) {
                exchange.getResponseHeaders().set("Retry-After", "10");
                say(exchange, 503, "As many displays as are served already look at this gate. Close one of them.");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        // The place is given back by follow alone, so nothing may come between.
        streams.follow(new OutputStream() {
            private OutputStream body;

            private OutputStream body() throws IOException {
                if (body == null) {
                    exchange.sendResponseHeaders(200, 0);
                    body = exchange.getResponseBody();
                }
                return body;
            }

            @Override
            public void write(int b) throws IOException {
                body().write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                body().write(bytes, offset, length);
            }

            @Override
            public void flush() throws IOException {
                body().flush();
            }
        });
    }

    private static void say(HttpExchange exchange, int status, String what) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", (what + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        HttpServer open;
        synchronized (this) {
            closed = true;
            open = server;
        }
        if (starting != null) {
            LockSupport.unpark(starting);
        }
        streams.close();
        if (open != null) {
            open.stop(0);
        }
        requests.shutdownNow();
    }
}
