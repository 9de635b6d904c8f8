package portvakt.server.web.view;

import java.util.Optional;

/** Somebody on site in words. */
public record PersonView(
        Optional<String> holder, Optional<String> employer, Optional<String> card, String since, String gate) {}
