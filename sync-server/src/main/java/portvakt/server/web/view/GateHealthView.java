package portvakt.server.web.view;

import java.util.List;

/** All gates of a site at a glance, the worst first. */
public record GateHealthView(Texts texts, String asOf, String sum, List<Row> rows) {

    /** Something that is wrong: why, and what to do about it. @param css {@code warn} or {@code bad} */
    public record Problem(String css, String title, String cause, String remedy) {}

    /**
     * One gate.
     *
     * @param css   colour and icon: {@code good}, {@code warn}, {@code bad}
     * @param facts the figures that are looked at first
     */
    public record Row(
            String name,
            String url,
            String direction,
            String css,
            String state,
            List<String> facts,
            List<Problem> problems) {

        /** More would push the next gate out of sight; the gate's own page has them all. */
        private static final int AT_A_GLANCE = 3;

        public List<Problem> worst() {
            return problems.subList(0, Math.min(AT_A_GLANCE, problems.size()));
        }
    }
}
