package portvakt.gate.adapter.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Lets two folders change names in one act (Linux: {@code renameat2} with {@code RENAME_EXCHANGE}), so that whoever looks finds one or
 * the other and never none. Where the C library or the file system has no such act, two renames stand for it, and
 * {@link #finish} puts right what a power cut between them leaves.
 */
final class NameSwap {

    private static final int AT_FDCWD = -100;
    private static final int RENAME_EXCHANGE = 2;
    private static final String ASIDE = ".aside";

    private NameSwap() {}

    /** @param target is there, as {@code fresh} is */
    static void swap(Path fresh, Path target) throws IOException {
        if (exchanged(fresh, target)) {
            return;
        }
        Path aside = aside(target);
        Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        Files.move(aside, fresh, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Puts back what a swap by two renames had put aside when the power went. */
    static void finish(Path target) throws IOException {
        if (Files.exists(aside(target)) && !Files.exists(target)) {
            Files.move(aside(target), target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Path aside(Path target) {
        return target.resolveSibling(target.getFileName() + ASIDE);
    }

    @SuppressWarnings("restricted") // A call of the C library; the program is started with leave for it.
    private static boolean exchanged(Path one, Path other) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> found = linker.defaultLookup().find("renameat2");
        if (found.isEmpty()) {
            return false;
        }
        MethodHandle call = linker.downcallHandle(
                found.get(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            return (int) call.invokeExact(
                            AT_FDCWD,
                            arena.allocateFrom(one.toAbsolutePath().toString()),
                            AT_FDCWD,
                            arena.allocateFrom(other.toAbsolutePath().toString()),
                            RENAME_EXCHANGE)
                    == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("renameat2 cannot be called", e);
        }
    }
}
