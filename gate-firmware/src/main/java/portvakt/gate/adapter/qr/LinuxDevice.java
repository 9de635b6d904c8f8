package portvakt.gate.adapter.qr;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A character device of Linux, read with time-outs. Calls the C library itself, for what Java's own files cannot do: open a terminal
 * without making it the process's controlling one (a service is the leader of its session, and would be hung up when the scanner is
 * unplugged), set it raw, and take a keyboard away from everybody else.
 *
 * <p>One thread. Constants are those of {@code asm-generic}, the same on x86-64 and aarch64.
 */
@SuppressWarnings("restricted") // native calls are what this is for
final class LinuxDevice implements ScannerReader.Source {

    private static final Logger LOG = LoggerFactory.getLogger(LinuxDevice.class);

    /** What termios calls speeds. */
    static final SortedMap<Integer, Integer> SPEEDS =
            new TreeMap<>(Map.of(9600, 0xd, 19200, 0xe, 38400, 0xf, 57600, 0x1001, 115200, 0x1002)); // sorted

    private static final int O_RDONLY = 0;
    private static final int O_NOCTTY = 0x100;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final short POLLIN = 1;
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int EBUSY = 16;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;
    private static final int TCSANOW = 0;
    private static final int TERMIOS_BYTES = 128;
    private static final long CFLAG_OFFSET = 8;
    /** CLOCAL and CREAD: read, whatever the modem lines say. */
    private static final int LOCAL_AND_READING = 0x880;

    private static final int EVIOCGRAB = 0x40044590;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle OPEN = call("open", true, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle CLOSE = call("close", false, INT, INT);
    private static final MethodHandle READ = call("read", false, LONG, INT, ValueLayout.ADDRESS, LONG);
    private static final MethodHandle POLL = call("poll", false, INT, ValueLayout.ADDRESS, LONG, INT);
    private static final MethodHandle IOCTL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("ioctl"),
            FunctionDescriptor.of(INT, INT, LONG, LONG),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle TCGETATTR = call("tcgetattr", false, INT, INT, ValueLayout.ADDRESS);
    private static final MethodHandle TCSETATTR = call("tcsetattr", false, INT, INT, INT, ValueLayout.ADDRESS);
    private static final MethodHandle CFSETSPEED = call("cfsetspeed", false, INT, ValueLayout.ADDRESS, INT);
    private static final MethodHandle CFMAKERAW = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("cfmakeraw"), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private final Path path;
    private final int descriptor;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(STATE);
    private final MemorySegment buffer = arena.allocate(4096);
    private final MemorySegment poll = arena.allocate(8, 4);

    private LinuxDevice(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    private static MethodHandle call(String name, boolean variadic, MemoryLayout result, MemoryLayout... arguments) {
        FunctionDescriptor type = FunctionDescriptor.of(result, arguments);
        MemorySegment symbol = LINKER.defaultLookup().findOrThrow(name);
        Linker.Option errno = Linker.Option.captureCallState("errno");
        return variadic
                ? LINKER.downcallHandle(symbol, type, errno, Linker.Option.firstVariadicArg(arguments.length))
                : LINKER.downcallHandle(symbol, type, errno);
    }

    /** @throws IOException a sentence for the service technician */
    static LinuxDevice open(Path path) throws IOException {
        try (Arena once = Arena.ofConfined()) {
            MemorySegment state = once.allocate(STATE);
            int descriptor = (int) OPEN.invokeExact(
                    state, once.allocateFrom(path.toString()), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
            if (descriptor < 0) {
                throw new IOException(whyNotOpen(path, (int) ERRNO.get(state, 0L)));
            }
            return new LinuxDevice(path, descriptor);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible("open", e);
        }
    }

    private static String whyNotOpen(Path path, int errno) {
        return switch (errno) {
            case ENOENT ->
                path + " is not there. Check the scanner's plug, and that \"device\" in the settings names it.";
            case EACCES ->
                path + " may not be read by the gate's user. Put that user in the group that \"ls -l " + path
                        + "\" shows (dialout or input).";
            default -> path + " cannot be opened (errno " + errno + "). Check the scanner's plug.";
        };
    }

    /** Sets a terminal so that it gives each byte as it comes, at this speed. */
    void raw(int baudRate) throws IOException {
        MemorySegment termios = arena.allocate(TERMIOS_BYTES, 8);
        try {
            demand((int) TCGETATTR.invokeExact(state, descriptor, termios), "is no serial port");
            CFMAKERAW.invokeExact(termios);
            termios.set(INT, CFLAG_OFFSET, termios.get(INT, CFLAG_OFFSET) | LOCAL_AND_READING);
            demand(
                    (int) CFSETSPEED.invokeExact(
                            state, termios, SPEEDS.get(baudRate).intValue()),
                    "has no such speed");
            demand((int) TCSETATTR.invokeExact(state, descriptor, TCSANOW, termios), "cannot be set to raw");
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible("termios", e);
        }
    }

    /** Takes an input device for itself, so that what is scanned is not typed into a console. */
    void grab() throws IOException {
        try {
            demand((int) IOCTL.invokeExact(state, descriptor, (long) EVIOCGRAB, 1L), "cannot be had alone");
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible("ioctl", e);
        }
    }

    @Override
    public int read(byte[] into, int timeoutMs) throws IOException {
        try {
            poll.set(INT, 0, descriptor);
            poll.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
            poll.set(ValueLayout.JAVA_SHORT, 6, (short) 0);
            int ready = (int) POLL.invokeExact(state, poll, 1L, timeoutMs);
            if (ready == 0 || ready < 0 && errno() == EINTR) {
                return 0;
            }
            long got = (long) READ.invokeExact(state, descriptor, buffer, Math.min(into.length, buffer.byteSize()));
            if (got < 0 && (errno() == EAGAIN || errno() == EINTR) && (events() & ~POLLIN) == 0) {
                return 0;
            }
            if (got <= 0) {
                throw new IOException(path + " is gone. Check the scanner's plug and cable.");
            }
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, (int) got);
            return (int) got;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw impossible("read", e);
        }
    }

    private int events() {
        return poll.get(ValueLayout.JAVA_SHORT, 6);
    }

    private int errno() {
        return (int) ERRNO.get(state, 0L);
    }

    private void demand(int result, String otherwise) throws IOException {
        if (result != 0) {
            throw new IOException(path + " " + otherwise
                    + (errno() == EBUSY ? ": another program holds it. Stop that." : ".") + " (errno " + errno() + ")");
        }
    }

    private static IllegalStateException impossible(String call, Throwable cause) {
        return new IllegalStateException(call + " could not be called", cause);
    }

    @Override
    public void close() {
        try {
            int result = (int) CLOSE.invokeExact(state, descriptor);
            LOG.debug("{} closed: {}", path, result);
        } catch (Throwable e) {
            throw impossible("close", e);
        } finally {
            arena.close();
        }
    }
}
