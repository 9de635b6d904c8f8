package portvakt.server.web;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Optional;
import portvakt.protocol.pass.Pass;
import portvakt.protocol.pass.PassCode;
import portvakt.protocol.pass.PassRefusedException;
import portvakt.protocol.sign.KeyId;
import portvakt.server.port.PassKeys;

/** One key, made for the test. */
final class FakePassKeys implements PassKeys {

    final KeyPair pair;

    FakePassKeys() {
        try {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public PassCode sign(Pass pass) {
        return PassCode.issue(pass, pair.getPrivate(), KeyId.of(pair.getPublic()));
    }

    @Override
    public Optional<Pass> prove(PassCode code) {
        try {
            return Optional.of(code.prove(pair.getPublic()));
        } catch (PassRefusedException e) {
            return Optional.empty();
        }
    }
}
