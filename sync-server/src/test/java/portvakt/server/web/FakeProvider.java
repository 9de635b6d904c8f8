package portvakt.server.web;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import portvakt.server.port.IdentityProvider;

/** A provider that knows whoever it is told, by their code; a code counts once, and only with the challenge it was made for. */
final class FakeProvider implements IdentityProvider {

    boolean away;
    boolean endsSessions = true;
    boolean maps;
    private final Map<String, Vouched> codes = new HashMap<>();
    private Challenge begun;

    void knows(String code, Vouched vouched) {
        codes.put(code, vouched);
    }

    @Override
    public String label() {
        return "Byggfirma AS";
    }

    @Override
    public boolean mapsRoles() {
        return maps;
    }

    @Override
    public boolean isAway() {
        return away;
    }

    @Override
    public URI logInUrl(Challenge challenge, URI callback) throws AwayException {
        if (away) {
            throw new AwayException("away", null);
        }
        begun = challenge;
        return URI.create("https://id.example/authorize?state=" + challenge.state() + "&redirect_uri=" + callback);
    }

    @Override
    public Vouched vouch(Challenge challenge, String code, URI callback) throws AwayException, RefusedException {
        if (away) {
            throw new AwayException("away", null);
        }
        Vouched vouched = challenge.equals(begun) ? codes.remove(code) : null;
        if (vouched == null) {
            throw new RefusedException("no such code");
        }
        return vouched;
    }

    @Override
    public Optional<URI> logOutUrl(String token, URI back) {
        return endsSessions ? Optional.of(URI.create("https://id.example/end?hint=" + token)) : Optional.empty();
    }
}
