package portvakt.server.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import portvakt.server.OidcSettings;
import portvakt.server.Server;
import portvakt.server.ServerConfig;
import portvakt.server.WebStarter;

/** The server as it is run, with a database and a broker of its own, for one site. */
final class WholeServer implements AutoCloseable {

    final URI url;
    final Server server;
    private WebPart web;

    WholeServer(Path folder, int port) throws Exception {
        this(folder, port, Optional.empty());
    }

    WholeServer(Path folder, int port, Optional<OidcSettings> oidc) throws Exception {
        url = URI.create("http://localhost:" + port + "/");
        ServerConfig config = new ServerConfig(
                folder.resolve("data"),
                new ServerConfig.Web("127.0.0.1", port, url, Optional.empty(), false, null, oidc),
                Optional.empty(),
                new ServerConfig.Broker(
                        Optional.of(new ServerConfig.EmbeddedSettings("127.0.0.1", freePort(), List.of())),
                        Optional.empty()),
                Optional.empty(),
                List.of(new ServerConfig.Site("bjorvika", "Bjørvika")),
                null,
                null,
                null,
                null);
        server = Server.start(config, Clock.systemUTC(), List.of(parts -> {
            web = (WebPart) new WebStarter(List.of()).start(parts);
            return web;
        }));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    URI setupLink() {
        return web.setupLink().orElseThrow();
    }

    String at(String path) {
        return url.resolve(path).toString();
    }

    @Override
    public void close() {
        server.close();
    }
}
