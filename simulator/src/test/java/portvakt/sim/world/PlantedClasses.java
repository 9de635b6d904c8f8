package portvakt.sim.world;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Loads all of Portvakt anew, with one class compiled from a changed copy of its source. The sources and the classes that are built stay as they are. */
final class PlantedClasses extends ClassLoader {

    private static final String OURS = "portvakt.";

    private final Path compiled;

    /**
     * @param compiled where classes are compiled to; an empty folder
     * @throws IllegalArgumentException if the plant does not fit its source
     */
    PlantedClasses(Plant plant, Path repository, Path compiled) throws IOException {
        super(PlantedClasses.class.getClassLoader());
        this.compiled = compiled;
        String source = Files.readString(repository.resolve(plant.file()));
        // A text block loses the indentation that all its lines have in common.
        String right = indented(plant.right(), source);
        if (source.indexOf(right) < 0 || source.indexOf(right) != source.lastIndexOf(right)) {
            throw new IllegalArgumentException(plant.file() + " does not have this once: " + plant.right());
        }
        compile(plant.file(), source.replace(right, plant.wrong()));
    }

    private static String indented(String text, String source) {
        for (int spaces = 0; spaces <= 32; spaces += 4) {
            String moved = text.replace("\n", "\n" + " ".repeat(spaces));
            if (source.contains(moved)) {
                return moved;
            }
        }
        return text;
    }

    private void compile(String file, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject changed =
                new SimpleJavaFileObject(
                        URI.create("string:///" + file.replaceFirst(".*/java/", "")), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        StringBuilder messages = new StringBuilder();
        boolean good = compiler.getTask(
                        null,
                        null,
                        diagnostic -> messages.append(diagnostic.getMessage(Locale.ENGLISH)),
                        List.of("-proc:none", "-d", compiled.toString(), "-cp", System.getProperty("java.class.path")),
                        null,
                        List.of(changed))
                .call();
        if (!good) {
            throw new IllegalArgumentException(file + " does not compile: " + messages);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known == null ? findClass(name) : known;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String path = name.replace('.', '/') + ".class";
        try {
            byte[] bytes;
            Path own = compiled.resolve(path);
            if (Files.exists(own)) {
                bytes = Files.readAllBytes(own);
            } else {
                try (InputStream built = getParent().getResourceAsStream(path)) {
                    if (built == null) {
                        throw new ClassNotFoundException(name);
                    }
                    bytes = built.readAllBytes();
                }
            }
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
