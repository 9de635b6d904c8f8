package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/**
 * The page where musters begin.
 *
 * @param burns  whether a gate says that there is a fire
 * @param error  why the last order was not taken
 */
public record MusterView(
        PageFrame frame,
        List<Place> sites,
        Place site,
        Optional<String> underWay,
        boolean burns,
        List<Held> held,
        Optional<String> error) {

    public record Place(String name, String title, String url) {}

    /** An earlier one. @param result how many were found of how many, and how long it took */
    public record Held(String url, String started, String kind, String result) {}
}
