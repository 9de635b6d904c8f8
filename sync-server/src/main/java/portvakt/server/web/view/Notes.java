package portvakt.server.web.view;

import java.util.List;
import java.util.Optional;

/** What has to be said with a person or a row beside what the row itself says, in words for one reader. */
public interface Notes {

    Notes NONE = new Notes() {
        @Override
        public List<String> ofPerson(String site, Optional<String> card) {
            return List.of();
        }

        @Override
        public List<String> ofRow(long id) {
            return List.of();
        }
    };

    /** @param card empty: nobody knows whose it is */
    List<String> ofPerson(String site, Optional<String> card);

    /** @param id of a row of the entry log */
    List<String> ofRow(long id);
}
