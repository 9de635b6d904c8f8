package portvakt.gate.status;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.TreeSet;
import portvakt.gate.access.Passback;
import portvakt.protocol.CardNumber;
import portvakt.protocol.sign.SignedFacts;
import portvakt.protocol.v1.Departure;
import portvakt.protocol.v1.PassbackNews;
import portvakt.protocol.v1.SignedDocument;

/** Proves the server's news of who left the site. Keeps nothing: what a gate heard is worth something only as it comes. */
public final class PassbackReader {

    static final int RUN_BYTES_MAX = 64;
    static final Duration FORGETS_MAX = Duration.ofDays(31);

    private final String site;
    private final DocumentProof proof;

    public PassbackReader(String site, DocumentProof proof) {
        this.site = site;
        this.proof = proof;
    }

    /**
     * @throws InvalidProtocolBufferException if the bytes are no such document
     * @throws ListRefusedException if it is not signed by a key that counts here, another site's, or makes no sense
     */
    public Passback.News read(byte[] bytes) throws InvalidProtocolBufferException, ListRefusedException {
        SignedDocument document = SignedDocument.parseFrom(bytes);
        proof.proveNew(SignedFacts.PASSBACK, document);
        PassbackNews news = PassbackNews.parseFrom(document.getPayload());
        if (!news.getSite().equals(site)) {
            throw new ListRefusedException(ListRefusal.WRONG_LIST, "the passback news of site " + news.getSite());
        }
        if (news.getRun().isEmpty() || news.getRun().size() > RUN_BYTES_MAX || news.getSequence() <= 0) {
            throw refused("run or sequence makes no sense");
        }
        if (news.getForgetMs() <= 0 || news.getForgetMs() > FORGETS_MAX.toMillis()) {
            throw refused("forget_ms is " + news.getForgetMs() + "; it must be 1 to " + FORGETS_MAX.toMillis());
        }
        TreeSet<CardNumber> departed = new TreeSet<>();
        for (Departure departure : news.getDeparturesList()) {
            try {
                departed.add(new CardNumber(departure.getCardNumber()));
            } catch (IllegalArgumentException e) {
                throw refused("a departure names no card");
            }
        }
        return new Passback.News(
                HexFormat.of().formatHex(news.getRun().toByteArray()),
                news.getSequence(),
                Instant.ofEpochMilli(news.getIssuedAtMs()),
                Duration.ofMillis(news.getForgetMs()),
                news.getComplete(),
                departed);
    }

    private static ListRefusedException refused(String detail) {
        return new ListRefusedException(ListRefusal.MALFORMED, "passback news not taken: " + detail);
    }
}
