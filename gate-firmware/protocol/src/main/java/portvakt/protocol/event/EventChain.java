package portvakt.protocol.event;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import portvakt.protocol.v1.ChainedEvent;
import portvakt.protocol.v1.EventFacts;
import portvakt.protocol.v1.Subject;

/**
 * The hash chain over a gate's journal.
 *
 * <pre>
 * commitment(e) = SHA-256(subject bytes), or 32 zero bytes where the event is about nobody
 * hash(e)       = SHA-256("PVE1" | sequence as u64 | previous hash | SHA-256(facts bytes) | commitment(e))
 * </pre>
 *
 * The hash covers a salted commitment to the person and not the person, so personal data can be erased later and the chain
 * still proves.
 */
public final class EventChain {

    public static final int HASH_BYTES = 32;
    /** What the first event of a journal follows. */
    public static final ByteString GENESIS = ByteString.copyFrom(new byte[HASH_BYTES]);
    /** Length of {@code Subject.salt}. */
    public static final int SALT_BYTES = 16;

    private static final byte[] CONTEXT = {'P', 'V', 'E', '1'};

    private EventChain() {}

    /**
     * Makes the event that follows.
     *
     * @param subject null where the event is about nobody; must hold a fresh salt of {@value #SALT_BYTES} bytes
     */
    public static ChainedEvent link(long sequence, ByteString previousHash, EventFacts facts, Subject subject) {
        ChainedEvent.Builder event = ChainedEvent.newBuilder()
                .setSequence(sequence)
                .setPreviousHash(previousHash)
                .setFacts(facts.toByteString());
        if (subject != null) {
            if (subject.getSalt().size() != SALT_BYTES) {
                throw new IllegalArgumentException("a subject needs a salt of " + SALT_BYTES + " bytes");
            }
            ByteString bytes = subject.toByteString();
            event.setSubject(bytes).setSubjectCommitment(ByteString.copyFrom(sha256(bytes.toByteArray())));
        }
        return event.build();
    }

    /** The hash that the next event carries as {@code previous_hash}. */
    public static ByteString hash(ChainedEvent event) {
        MessageDigest sha = sha256();
        sha.update(CONTEXT);
        sha.update(ByteBuffer.allocate(Long.BYTES).putLong(event.getSequence()).array());
        sha.update(event.getPreviousHash().toByteArray());
        sha.update(sha256(event.getFacts().toByteArray()));
        sha.update(
                event.getSubjectCommitment().isEmpty()
                        ? new byte[HASH_BYTES]
                        : event.getSubjectCommitment().toByteArray());
        return ByteString.copyFrom(sha.digest());
    }

    /** Whether lengths are right and the subject, where it is still there, is the one committed to. */
    public static boolean isWellFormed(ChainedEvent event) {
        int commitment = event.getSubjectCommitment().size();
        return event.getSequence() > 0
                && event.getPreviousHash().size() == HASH_BYTES
                && (commitment == 0 || commitment == HASH_BYTES)
                && (event.getSubject().isEmpty()
                        || event.getSubjectCommitment()
                                .equals(ByteString.copyFrom(
                                        sha256(event.getSubject().toByteArray()))));
    }

    private static byte[] sha256(byte[] bytes) {
        return sha256().digest(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
