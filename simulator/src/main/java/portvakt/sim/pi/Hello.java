package portvakt.sim.pi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The least that a Java program can be: what the gate's start and memory are held against. Runs on the Pi. */
public final class Hello {

    private Hello() {}

    /** Says hello; with an argument, what memory that takes too. */
    public static void main(String[] args) throws IOException {
        System.out.println("hello");
        if (args.length > 0) {
            System.out.print(Files.readString(Path.of("/proc/self/status")));
        }
    }
}
