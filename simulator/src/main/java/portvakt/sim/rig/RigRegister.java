package portvakt.sim.rig;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;
import portvakt.sim.register.CentralRegister;
import portvakt.sim.world.Violation;

/** The central register: what it has said of each card, and what it has to say again because nobody took it. One thread. */
final class RigRegister {

    private static final int ACCEPTED = 202;
    private static final int SERVER_ERROR = 500;

    private record Word(String token, String tokenId) {}

    private final CentralRegister register;
    private final URI receiver;
    private final Map<String, CardStatus> told = new TreeMap<>();
    private final Deque<Word> waiting = new ArrayDeque<>();
    private long pushed;

    RigRegister(CentralRegister register, URI receiver) {
        this.register = register;
        this.receiver = receiver;
    }

    /** A card's status changes; it is told as soon as the server takes it. */
    void change(String card, CardStatus status) {
        told.put(card, status);
        String tokenId = UUID.randomUUID().toString();
        waiting.add(new Word(register.token(new CardNumber(card), status, Instant.now(), tokenId), tokenId));
    }

    CardStatus told(String card) {
        return told.getOrDefault(card, CardStatus.VALID);
    }

    /** The last word about each card of which there was one. */
    Map<String, CardStatus> told() {
        return told;
    }

    /** How many words the server has taken. */
    long pushed() {
        return pushed;
    }

    /** Pushes what waits, up to the first that the server does not take now. @return whether all is told */
    boolean push() throws InterruptedException {
        while (!waiting.isEmpty()) {
            Word word = waiting.peek();
            try {
                CentralRegister.Pushed answer = register.push(word.token(), word.tokenId(), receiver);
                if (answer.httpStatus() != ACCEPTED) {
                    if (answer.httpStatus() < SERVER_ERROR) {
                        throw new Violation(
                                "the server refused a right token", answer.httpStatus() + " " + answer.body());
                    }
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
            waiting.remove();
            pushed++;
        }
        return true;
    }
}
