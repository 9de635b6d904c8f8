package portvakt.server.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;

/** The pages' templates, compiled with the program. Escapes what it is given. Safe for any thread. */
final class Templates {

    private final TemplateEngine engine = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Templates.class.getClassLoader(), "portvakt.server.web.template");

    String render(String template, Object model) {
        StringOutput output = new StringOutput();
        engine.render(template + ".jte", model, output);
        return output.toString();
    }

    void send(ServerResponse response, String template, Object model) {
        response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
        response.send(render(template, model));
    }
}
