package portvakt.sim.device;

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

/**
 * A code scanner on a serial port: a real terminal of the kernel (a pseudo-terminal), which a gate's process opens as it would a USB
 * scanner's. Safe for any thread.
 */
@SuppressWarnings("restricted") // native calls are what this is for
public final class SimulatedScanner implements AutoCloseable {

    private static final int O_RDWR_NOCTTY_NONBLOCK = 0x902;
    private static final int NAME_BYTES = 100;
    private static final MethodHandle WRITE = call(
            "write",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

    private final int master;
    private final Path device;

    /** @throws IOException if this machine has no pseudo-terminal left */
    public SimulatedScanner() throws IOException {
        master = number("posix_openpt", O_RDWR_NOCTTY_NONBLOCK);
        if (master < 0 || number("grantpt", master) != 0 || number("unlockpt", master) != 0) {
            throw new IOException("no pseudo-terminal can be had here");
        }
        device = name(master);
    }

    /** Where the scanner seems to be plugged in; the same for as long as this is open. */
    public Path device() {
        return device;
    }

    /** Sees a code. @return whether the port took it; a program that does not read lets the port fill up */
    public synchronized boolean scan(String code) {
        byte[] line = (code + "\r").getBytes(StandardCharsets.US_ASCII);
        try (Arena once = Arena.ofConfined()) {
            MemorySegment copy = once.allocateFrom(ValueLayout.JAVA_BYTE, line);
            return (long) WRITE.invokeExact(master, copy, copy.byteSize()) == line.length;
        } catch (Throwable e) {
            throw new IllegalStateException("write could not be called", e);
        }
    }

    /** As if it were unplugged. */
    @Override
    public void close() throws IOException {
        number("close", master);
    }

    private static Path name(int master) throws IOException {
        try (Arena once = Arena.ofConfined()) {
            MemorySegment name = once.allocate(NAME_BYTES);
            int result = (int) call(
                            "ptsname_r",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_LONG))
                    .invokeExact(master, name, name.byteSize());
            if (result != 0) {
                throw new IOException("the pseudo-terminal has no name");
            }
            return Path.of(name.getString(0));
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("ptsname_r could not be called", e);
        }
    }

    private static int number(String function, int argument) throws IOException {
        try {
            return (int)
                    call(function, FunctionDescriptor.of(ValueLayout.JAVA_INT, (MemoryLayout) ValueLayout.JAVA_INT))
                            .invokeExact(argument);
        } catch (Throwable e) {
            throw new IOException(function + " could not be called", e);
        }
    }

    private static MethodHandle call(String function, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
    }
}
