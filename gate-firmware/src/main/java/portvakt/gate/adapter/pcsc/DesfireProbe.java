package portvakt.gate.adapter.pcsc;

import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.protocol.Uid;
import portvakt.protocol.config.ConfigFile;

/**
 * Looks for the site's own application on a DESFire card, makes the card prove its key, and reads the file under that proof.
 * Immutable, for any thread.
 *
 * <p>A card without the application is somebody else's and may still be read in other ways. A card <em>with</em> it that does not prove
 * its key is never read in a weaker way: it says to be the site's, and is not.
 */
final class DesfireProbe {

    private static final Logger LOG = LoggerFactory.getLogger(DesfireProbe.class);

    /** What came of it. */
    sealed interface Outcome {
        /** The application is not there. */
        record Foreign() implements Outcome {}

        /** It is there, its key did not prove, or what it said did not. */
        record NotAuthentic() implements Outcome {}

        /** The card draws its UID and no key is set under which it would tell the true one. */
        record Nameless() implements Outcome {}

        /** The key proved, and yet the file could not be read. */
        record Damaged() implements Outcome {}

        /** @param content from {@link DesfireLayout#readFrom()} on */
        record Proved(Uid uid, byte[] content) implements Outcome {}
    }

    private final DesfireLayout layout;
    private final AesKey key;
    private final Optional<AesKey> uidKey;
    private final RandomGenerator random;

    DesfireProbe(DesfireLayout layout, AesKey key, Optional<AesKey> uidKey, RandomGenerator random) {
        this.layout = layout;
        this.key = key;
        this.uidKey = uidKey;
        this.random = random;
    }

    /** @throws ConfigFile.Invalid if a key file cannot be used */
    static DesfireProbe of(DesfireLayout layout, RandomGenerator random) throws ConfigFile.Invalid {
        Optional<AesKey> uidKey = layout.randomUid().isPresent()
                ? Optional.of(KeyFile.aesKey(Path.of(layout.randomUid().get().keyFile())))
                : Optional.empty();
        return new DesfireProbe(layout, KeyFile.aesKey(Path.of(layout.keyFile())), uidKey, random);
    }

    DesfireLayout layout() {
        return layout;
    }

    /** @param shown the UID that the reader tells */
    Outcome read(Apdus apdus, Uid shown) throws CardGoneException {
        DesfireCommands card = new DesfireCommands(apdus);
        if (!card.send(DesfireCommands.SELECT_APPLICATION, layout.applicationIdBytes())
                .ok()) {
            return new Outcome.Foreign();
        }
        try {
            return authenticated(card, shown);
        } catch (NotAuthenticException e) {
            LOG.warn("A card has the application {} and is not authentic: {}", layout.applicationId(), e.getMessage());
            return new Outcome.NotAuthentic();
        }
    }

    private Outcome authenticated(DesfireCommands card, Uid shown) throws CardGoneException, NotAuthenticException {
        if (layout.diversification().isEmpty()) {
            DesfireSession session = session(card, layout.keyNumber(), key);
            // Nothing else ties the UID to the key here.
            Optional<Uid> uid = session.cardUid().map(Uid::of);
            return uid.isEmpty() ? new Outcome.Damaged() : read(session, uid.get());
        }
        if (shown.isRandom() && uidKey.isEmpty()) {
            return new Outcome.Nameless();
        }
        Optional<Uid> uid = shown.isRandom() ? trueUid(card) : Optional.of(shown);
        if (uid.isEmpty()) {
            return new Outcome.Damaged();
        }
        AesKey cardKey = layout.diversification().get().cardKey(key, uid.get(), layout.applicationIdBytes());
        return read(session(card, layout.keyNumber(), cardKey), uid.get());
    }

    private Optional<Uid> trueUid(DesfireCommands card) throws CardGoneException, NotAuthenticException {
        return session(card, layout.randomUid().orElseThrow().keyNumber(), uidKey.orElseThrow())
                .cardUid()
                .map(Uid::of);
    }

    private DesfireSession session(DesfireCommands card, int keyNumber, AesKey sessionKey)
            throws CardGoneException, NotAuthenticException {
        return DesfireSession.open(card, layout.authentication(), keyNumber, sessionKey, random);
    }

    private Outcome read(DesfireSession session, Uid uid) throws CardGoneException, NotAuthenticException {
        return session.readData(layout.fileNumber(), layout.readFrom(), layout.readBytes(), layout.communication())
                .<Outcome>map(content -> new Outcome.Proved(uid, content))
                .orElseGet(Outcome.Damaged::new);
    }
}
