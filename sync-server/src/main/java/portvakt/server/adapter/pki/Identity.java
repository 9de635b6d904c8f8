package portvakt.server.adapter.pki;

import java.util.Optional;
import portvakt.protocol.Topics;
import portvakt.protocol.Topics.GateAddress;

/** Who a certificate of ours names, by the common name of its subject. Such a name is also the MQTT client identifier. */
public sealed interface Identity {

    String commonName();

    /** The server's own MQTT client. */
    record Server() implements Identity {
        @Override
        public String commonName() {
            return "server";
        }
    }

    record Gate(GateAddress address) implements Identity {
        @Override
        public String commonName() {
            return "gate:" + address.site() + ":" + address.gate();
        }
    }

    /** @return empty for a name that is none of ours */
    static Optional<Identity> parse(String commonName) {
        String[] parts = commonName.split(":", -1);
        if (commonName.equals("server")) {
            return Optional.of(new Server());
        }
        return parts.length == 3 && parts[0].equals("gate") && Topics.isName(parts[1]) && Topics.isName(parts[2])
                ? Optional.of(new Gate(new GateAddress(parts[1], parts[2])))
                : Optional.empty();
    }
}
