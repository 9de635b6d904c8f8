package portvakt.server.web.view;

import java.util.List;

/**
 * One gate's state in words.
 *
 * @param health  {@code good}, {@code warn} or {@code bad}: colour and icon
 * @param state   {@code "Online"}, {@code "Silent for 14 min"}
 * @param lists   version and age of each list
 * @param notes   what somebody should look at
 */
public record GateView(
        String name, String direction, String health, String state, List<String> lists, List<String> notes) {}
