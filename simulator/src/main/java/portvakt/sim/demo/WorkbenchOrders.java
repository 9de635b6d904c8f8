package portvakt.sim.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.helidon.http.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import portvakt.protocol.CardNumber;
import portvakt.protocol.CardStatus;

/** What the workbench can be told to do, as it stands in a request's body: read here, and refused here where it makes no sense. */
final class WorkbenchOrders {

    static final int BODY_BYTES_MAX = 4096;
    static final Pattern CARD = Pattern.compile("[0-9]{7}");

    /** Ten years: beyond it no certificate, card or list would mean anything. */
    static final int AHEAD_HOURS_MAX = 87_600;

    private static final Pattern UID = Pattern.compile("([0-9a-fA-F]{2}){4}|([0-9a-fA-F]{2}){7}|([0-9a-fA-F]{2}){10}");

    static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .build();

    /** What a reader can make of something that no card number comes out of. */
    enum Fault {
        UNREADABLE,
        SEVERAL_CARDS,
        RANDOM_UID
    }

    /** What is held to a gate's reader. */
    sealed interface Shown {
        record Card(CardNumber number) implements Shown {}

        record Chip(String uid) implements Shown {}

        record Code(String text) implements Shown {}

        record Broken(Fault fault) implements Shown {}
    }

    private record Tap(Optional<String> card, Optional<String> uid, Optional<String> code, Optional<String> fault) {}

    private record Active(Optional<Boolean> active) {}

    private record In(Optional<Boolean> in) {}

    private record On(Optional<Boolean> on) {}

    private record Change(Optional<String> status) {}

    private record Language(Optional<String> to) {}

    private record ClockOrder(Optional<Integer> aheadHours, Optional<Boolean> synchronised) {}

    /** What is to become of a clock; what is empty stays as it is. */
    record Winding(Optional<Duration> ahead, Optional<Boolean> synchronised) {}

    private WorkbenchOrders() {}

    static Shown tap(byte[] body) throws Refusal {
        Tap tap = read(body, Tap.class);
        if (Stream.of(tap.card(), tap.uid(), tap.code(), tap.fault())
                        .filter(Optional::isPresent)
                        .count()
                != 1) {
            throw Refusal.badRequest("tap");
        }
        if (tap.card().isPresent()) {
            return new Shown.Card(card(tap.card().get()));
        }
        if (tap.uid().isPresent()) {
            if (!UID.matcher(tap.uid().get()).matches()) {
                throw Refusal.badRequest("uid", tap.uid().get());
            }
            return new Shown.Chip(tap.uid().get());
        }
        return tap.code().isPresent()
                ? new Shown.Code(tap.code().get())
                : new Shown.Broken(oneOf(Fault.values(), tap.fault().orElseThrow(), "fault"));
    }

    static CardNumber card(String digits) throws Refusal {
        return CardNumber.parse(digits, CARD).orElseThrow(() -> Refusal.badRequest("card", digits));
    }

    static boolean active(byte[] body) throws Refusal {
        return either(read(body, Active.class).active(), "active");
    }

    static boolean in(byte[] body) throws Refusal {
        return either(read(body, In.class).in(), "in");
    }

    static boolean on(byte[] body) throws Refusal {
        return either(read(body, On.class).on(), "on");
    }

    static String language(byte[] body) throws Refusal {
        return read(body, Language.class).to().orElse("");
    }

    static CardStatus status(byte[] body) throws Refusal {
        return oneOf(CardStatus.values(), read(body, Change.class).status().orElse(""), "status");
    }

    static Winding winding(byte[] body) throws Refusal {
        ClockOrder order = read(body, ClockOrder.class);
        if (order.aheadHours().isEmpty() && order.synchronised().isEmpty()) {
            throw Refusal.badRequest("clock", AHEAD_HOURS_MAX);
        }
        if (order.aheadHours()
                .filter(hours -> Math.abs((long) hours) > AHEAD_HOURS_MAX)
                .isPresent()) {
            throw Refusal.badRequest("clock", AHEAD_HOURS_MAX);
        }
        return new Winding(order.aheadHours().map(Duration::ofHours), order.synchronised());
    }

    private static boolean either(Optional<Boolean> value, String name) throws Refusal {
        return value.orElseThrow(() -> Refusal.badRequest("either", name));
    }

    private static <E extends Enum<E>> E oneOf(E[] values, String name, String what) throws Refusal {
        return Arrays.stream(values)
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Refusal.badRequest("one-of", what, name, Arrays.toString(values)));
    }

    private static <T> T read(byte[] body, Class<T> type) throws Refusal {
        if (body.length > BODY_BYTES_MAX) {
            throw new Refusal(Status.REQUEST_ENTITY_TOO_LARGE_413, "too-large", BODY_BYTES_MAX);
        }
        try {
            T order = JSON.readValue(body, type);
            if (order == null) {
                throw Refusal.badRequest("no-object");
            }
            return order;
        } catch (JsonProcessingException e) {
            throw Refusal.badRequest("json", e.getOriginalMessage());
        } catch (IOException e) {
            throw Refusal.badRequest("body");
        }
    }
}
