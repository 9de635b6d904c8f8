package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/** Somebody on site in words. @param live whether the log does not have yet that they came @param marks what else is to be said of them */
public record PersonView(
        Optional<String> holder,
        Optional<String> employer,
        Optional<String> card,
        String since,
        String gate,
        boolean live,
        List<String> marks) {}
