package portvakt.server.adapter.pki;

import java.util.List;

/** For gates that read no list. */
public class NoTrust implements GateProvisioning.Trust {

    @Override
    public String rootsPem() {
        return "";
    }

    @Override
    public int rootThreshold() {
        return 1;
    }

    @Override
    public byte[] trustFile() {
        return new byte[0];
    }

    @Override
    public List<String> listsOf(String site) {
        return List.of("hms-kort", "site-" + site);
    }

    @Override
    public String secretHex(String list) {
        return "00ff";
    }
}
