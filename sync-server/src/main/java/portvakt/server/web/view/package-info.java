/** What the pages show, already in words: the templates only place it. Pure, but for reading the texts. */
package portvakt.server.web.view;
