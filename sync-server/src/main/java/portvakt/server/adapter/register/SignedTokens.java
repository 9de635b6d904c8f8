package portvakt.server.adapter.register;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import portvakt.server.adapter.register.SecurityEventTokens.ErrorCode;

/**
 * Proves that a JWT of one type was signed by a key of a JWKS file, with ES256, PS256 or RS256. Safe for any thread; reads the
 * file when it has changed.
 */
final class SignedTokens {

    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(JWSAlgorithm.ES256, JWSAlgorithm.PS256, JWSAlgorithm.RS256); // looked up, never walked
    private static final int RSA_BITS_MIN = 2048;

    /** A token that is not believed; the message is plain English for the register's operator. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final ErrorCode err;

        Refusal(ErrorCode err, String description) {
            super(description, null, false, false);
            this.err = err;
        }

        ErrorCode err() {
            return err;
        }
    }

    private final JOSEObjectType type;
    private final String standard;
    private final IssuerKeys keys;

    /**
     * @param type     what {@code typ} has to be
     * @param standard the document that says so, for the refusal
     * @throws IllegalArgumentException if the key file cannot be used; the message says what to do
     */
    SignedTokens(String type, String standard, Path jwks) {
        this.type = new JOSEObjectType(type);
        this.standard = standard;
        this.keys = new IssuerKeys(jwks);
    }

    /** @param token a JWT in compact form */
    SignedJWT prove(String token) throws Refusal {
        SignedJWT jwt = parse(token.strip());
        checkSignature(jwt);
        return jwt;
    }

    private SignedJWT parse(String token) throws Refusal {
        SignedJWT jwt;
        try {
            jwt = SignedJWT.parse(token);
        } catch (ParseException e) {
            // "none" lands here too: to the library such a token is not a signed one.
            throw malformed("the body is no signed JWT in compact form (RFC 7519)");
        }
        if (!type.equals(jwt.getHeader().getType())) {
            throw malformed("the header's \"typ\" has to be \"" + type + "\" (" + standard + ")");
        }
        if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
            throw new Refusal(ErrorCode.INVALID_KEY, "the header's \"alg\" has to be ES256, PS256 or RS256");
        }
        return jwt;
    }

    private void checkSignature(SignedJWT jwt) throws Refusal {
        List<JWK> candidates = keys.current().stream()
                .filter(key -> jwt.getHeader().getKeyID() == null
                        || jwt.getHeader().getKeyID().equals(key.getKeyID()))
                .filter(key -> fits(key, jwt.getHeader().getAlgorithm()))
                .toList();
        if (candidates.isEmpty()) {
            throw new Refusal(
                    ErrorCode.INVALID_KEY,
                    "no key of the register that is known here has this \"kid\" and \"alg\"; hand over the new JWKS first");
        }
        for (JWK key : candidates) {
            try {
                if (jwt.verify(verifier(key))) {
                    return;
                }
            } catch (JOSEException e) {
                throw new Refusal(ErrorCode.INVALID_KEY, "the key with this \"kid\" cannot be used");
            }
        }
        throw new Refusal(ErrorCode.AUTHENTICATION_FAILED, "the signature does not prove");
    }

    private static boolean fits(JWK key, JWSAlgorithm algorithm) {
        if (key.getKeyUse() != null && !key.getKeyUse().equals(KeyUse.SIGNATURE)) {
            return false;
        }
        if (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) {
            return false;
        }
        return algorithm.equals(JWSAlgorithm.ES256)
                ? key instanceof ECKey ec && ec.getCurve().equals(Curve.P_256)
                : key instanceof RSAKey rsa && rsa.size() >= RSA_BITS_MIN;
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException {
        return key instanceof ECKey ec ? new ECDSAVerifier(ec) : new RSASSAVerifier(key.toRSAKey());
    }

    static Refusal malformed(String description) {
        return new Refusal(ErrorCode.INVALID_REQUEST, description);
    }
}
