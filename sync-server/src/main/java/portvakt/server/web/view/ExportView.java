package portvakt.server.web.view;

import java.util.Optional;

/**
 * An export in words.
 *
 * @param id       of the element; empty where nothing was begun
 * @param state    {@code running}, {@code ready}, {@code over} or {@code failed}: looks and what can be done
 * @param label    what it is
 * @param figures  how far it is, or what became of it
 * @param say      what a screen reader says when it comes to this state
 * @param value    rows written, for a progress bar; empty if it cannot be said
 * @param max      rows in all
 * @param url      of the export; its part, its file and the like are below
 * @param download the words of the link; empty where there is nothing to be had
 * @param cancel   the words of the button that stops it or throws it away; empty where there is nothing to
 */
public record ExportView(
        Texts texts,
        String id,
        String state,
        String label,
        String figures,
        String say,
        Optional<Long> value,
        long max,
        String url,
        Optional<String> download,
        Optional<String> cancel,
        String formToken) {}
