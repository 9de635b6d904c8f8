package portvakt.server;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import portvakt.server.adapter.keys.ServerKeys;
import portvakt.server.adapter.pki.GateProvisioning;

/**
 * What the gates of this server are given: its root keys, its trust file, and the secrets of the register's list and of their site's.
 *
 * @param list the register's
 */
record GateTrust(ServerKeys keys, String list) implements GateProvisioning.Trust {

    @Override
    public String rootsPem() {
        return keys.rootsPem();
    }

    @Override
    public int rootThreshold() {
        return keys.rootThreshold();
    }

    @Override
    public byte[] trustFile() {
        return keys.trustFile();
    }

    @Override
    public List<String> listsOf(String site) {
        return List.of(list, ServerConfig.Site.listOf(site));
    }

    @Override
    public String secretHex(String name) throws IOException {
        return HexFormat.of().formatHex(keys.secret(name));
    }
}
