package portvakt.server.web.view;

import java.util.List;

/** The lists that the server issues, one line each. */
public record ListsView(PageFrame frame, List<Line> lists) {

    /**
     * @param css    of the icon: {@code good}, {@code warn}, {@code bad}, {@code calm}
     * @param reach  how many gates have the newest version
     * @param facts  version, age, delays
     */
    public record Line(String name, String url, String css, String reach, List<String> facts) {}
}
