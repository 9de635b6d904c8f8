package portvakt.server.web.view;

import java.util.List;

/** All gates. */
public record GatesView(Texts texts, List<GateView> gates) {}
