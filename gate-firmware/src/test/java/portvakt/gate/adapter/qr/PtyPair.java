package portvakt.gate.adapter.qr;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A real terminal of the kernel with a test at its other end: what a serial scanner would send is written there. One thread. */
@SuppressWarnings("restricted")
final class PtyPair implements AutoCloseable {

    private static final int O_RDWR_NOCTTY = 0x102;

    private final int master;
    private final Path terminal;

    PtyPair() throws IOException {
        master = number("posix_openpt", O_RDWR_NOCTTY);
        if (master < 0 || number("grantpt", master) != 0 || number("unlockpt", master) != 0) {
            throw new IOException("no pseudo-terminal can be had here");
        }
        try (Arena once = Arena.ofConfined()) {
            MemorySegment name = once.allocate(100);
            int result = (int) call("ptsname_r", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG)
                    .invokeExact(master, name, name.byteSize());
            assert result == 0;
            terminal = Path.of(name.getString(0));
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    /** Where the scanner seems to be. */
    Path terminal() {
        return terminal;
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        try (Arena once = Arena.ofConfined()) {
            MemorySegment copy = once.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            MethodHandle write = Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("write"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_LONG));
            long written = (long) write.invokeExact(master, copy, copy.byteSize());
            if (written != bytes.length) {
                throw new IOException("only " + written + " bytes were written");
            }
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    private static int number(String function, int argument) throws IOException {
        try {
            return (int) call(function, ValueLayout.JAVA_INT).invokeExact(argument);
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    private static MethodHandle call(String function, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow(function),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    /** As if the scanner were unplugged. */
    @Override
    public void close() throws IOException {
        number("close", master);
    }
}
