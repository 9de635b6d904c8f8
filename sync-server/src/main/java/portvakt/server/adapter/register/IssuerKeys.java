package portvakt.server.adapter.register;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.text.ParseException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The register's public keys, from a JWKS file (RFC 7517) that is read again when it changes. A file that cannot be used is
 * logged once and leaves the keys as they were, so that a slip of the pen does not cut the register off. Safe for any thread;
 * costs one look at the file's attributes a call.
 */
final class IssuerKeys {

    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

    private record Stamp(FileTime modified, long bytes, Object inode) {}

    private final Path file;
    private Stamp stamp;
    private List<JWK> keys;

    /** @throws IllegalArgumentException if the file holds no usable key; the message says what to do */
    IssuerKeys(Path file) {
        this.file = file;
        try {
            stamp = look();
            keys = read();
        } catch (IOException | ParseException e) {
            throw new IllegalArgumentException(
                    file + ": no keys of the card register (" + why(e) + "). Put the register's JWKS file there.", e);
        }
    }

    synchronized List<JWK> current() {
        try {
            Stamp seen = look();
            if (!seen.equals(stamp)) {
                stamp = seen;
                keys = read();
                LOG.info("{}: {} key(s) of the card register read", file, keys.size());
            }
        } catch (IOException | ParseException e) {
            LOG.warn("{}: cannot be used, so the keys read before stay in force ({})", file, why(e));
        }
        return keys;
    }

    private Stamp look() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
    }

    private List<JWK> read() throws IOException, ParseException {
        List<JWK> read = JWKSet.parse(Files.readString(file)).getKeys().stream()
                .filter(key ->
                        key.getKeyType().equals(KeyType.EC) || key.getKeyType().equals(KeyType.RSA))
                .map(JWK::toPublicJWK)
                .toList();
        if (read.isEmpty()) {
            throw new ParseException("it holds no EC or RSA key", 0);
        }
        return read;
    }

    private static String why(Exception e) {
        return e instanceof ParseException ? e.getMessage() : e.getClass().getSimpleName();
    }
}
