package portvakt.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import portvakt.protocol.list.CardKeys;
import portvakt.protocol.mqtt.TlsIdentity;

/**
 * Who a gate is and whom it believes: the folder that the server's {@code provision} made.
 *
 * <pre>
 * gate.p12, gate.p12.password   our key and certificate
 * ca.pem                        the authority whose broker we talk to
 * lists/NAME.pub                Ed25519 key that signs list NAME, PEM
 * lists/NAME.secret             secret of the list's card keys, 32 hexadecimal digits
 * </pre>
 */
public record GateIdentity(SSLContext tls, List<Gate.ListTrust> lists) {

    /** @throws IOException naming the file that is missing or wrong */
    public static GateIdentity load(Path folder, List<String> lists) throws IOException {
        SSLContext tls = TlsIdentity.load(
                folder.resolve("gate.p12"), folder.resolve("gate.p12.password"), folder.resolve("ca.pem"));
        List<Gate.ListTrust> trusts = new ArrayList<>();
        for (String list : lists) {
            trusts.add(new Gate.ListTrust(
                    list,
                    List.of(publicKey(folder.resolve("lists").resolve(list + ".pub"))),
                    secret(folder.resolve("lists").resolve(list + ".secret"))));
        }
        return new GateIdentity(tls, trusts);
    }

    private static PublicKey publicKey(Path file) throws IOException {
        String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + ": holds no Ed25519 public key in PEM; provision the gate again", e);
        }
    }

    private static byte[] secret(Path file) throws IOException {
        try {
            byte[] secret = HexFormat.of().parseHex(Files.readString(file).strip());
            if (secret.length == CardKeys.SECRET_BYTES) {
                return secret;
            }
            throw new IOException(file + ": holds " + secret.length + " bytes, needed are " + CardKeys.SECRET_BYTES);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": holds no hexadecimal digits; provision the gate again", e);
        }
    }
}
