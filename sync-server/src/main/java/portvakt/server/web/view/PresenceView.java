package portvakt.server.web.view;

import java.util.List;

/**
 * Who is on site.
 *
 * @param asOf  when that was so
 * @param doubt empty, or why the number may be wrong: gates that are silent
 * @param notes what somebody should look at: whom a rule took for gone, who entered twice
 */
public record PresenceView(Texts texts, List<PersonView> people, String asOf, String doubt, List<String> notes) {

    public int count() {
        return people.size();
    }

    /** How many of them came by what is not in the log yet. */
    public long liveCount() {
        return people.stream().filter(PersonView::live).count();
    }
}
