package portvakt.server.web;

import java.net.URI;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Optional;

/**
 * Settings of the HTTP side. Immutable.
 *
 * @param host          the address to listen at
 * @param port          0: a free one
 * @param publicUrl     what people type; used in links that leave the server
 * @param secureCookies cookies travel over TLS only; off only for a try-out over plain HTTP
 * @param tls           empty: plain HTTP, for a try-out or behind a proxy that ends TLS
 * @param zone          how times are shown
 * @param exports       folder of exported files until they are fetched; for this alone, emptied at start
 */
public record WebConfig(
        String host,
        int port,
        URI publicUrl,
        boolean secureCookies,
        Optional<TlsKeystore> tls,
        ZoneId zone,
        Path exports) {

    public static final ZoneId ZONE_DEFAULT = ZoneId.of("Europe/Oslo");

    /** Largest request body but for a file, bytes: a token or a form is far below it. */
    public static final long PAYLOAD_BYTES_MAX = 16 * 1024;

    public WebConfig {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port has to be 0 (a free one) to 65535, got " + port);
        }
        if (tls.isPresent() && !secureCookies) {
            throw new IllegalArgumentException("with a TLS keystore, secureCookies has to be true");
        }
    }

    /** A PKCS #12 file with the server's key and certificate chain. */
    public record TlsKeystore(Path file, char[] password) {
        public TlsKeystore {
            password = password.clone();
        }

        /** @return a copy */
        @Override
        public char[] password() {
            return password.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof TlsKeystore(Path otherFile, char[] otherPassword)
                    && file.equals(otherFile)
                    && Arrays.equals(password, otherPassword);
        }

        @Override
        public int hashCode() {
            return file.hashCode();
        }

        @Override
        public String toString() {
            return "TlsKeystore[" + file + "]";
        }
    }
}
