package portvakt.gate.testing;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The end of the socket that systemd has (sd_notify(3)): a Unix datagram socket that a test listens at. */
public final class NotifySocket implements AutoCloseable {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_NONBLOCK = 2 | 0x800;
    private static final int MESSAGE_BYTES_MAX = 256;
    private static final MethodHandle SOCKET =
            function("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle BIND =
            function("bind", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle CLOSE = function("close", ValueLayout.JAVA_INT);
    private static final MethodHandle RECV = downcall(
            "recv",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT));

    private final String name;
    private final int descriptor;

    private static MethodHandle function(String name, ValueLayout... arguments) {
        return downcall(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    @SuppressWarnings("restricted") // as socket(2) and the others are declared
    private static MethodHandle downcall(String name, FunctionDescriptor type) {
        return Linker.nativeLinker()
                .downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name), type);
    }

    /** @param name a path where nothing is, or a name of the abstract kind, which begins with "@" */
    public NotifySocket(String name) {
        this.name = name;
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        if (path[0] == '@') {
            path[0] = 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            descriptor = (int) SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM_NONBLOCK, 0);
            MemorySegment address = arena.allocate(Short.BYTES + path.length + (path[0] == 0 ? 0 : 1));
            address.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, path.length);
            if ((int) BIND.invokeExact(descriptor, address, (int) address.byteSize()) != 0) {
                throw new IllegalStateException("cannot bind " + name);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** What systemd puts into the environment of a service that has a watchdog. */
    public Map<String, String> environment(long watchdogMicroseconds) {
        return Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", Long.toString(watchdogMicroseconds));
    }

    /** The next message, if there is one already. */
    public Optional<String> next() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(MESSAGE_BYTES_MAX);
            long length = (long) RECV.invokeExact(descriptor, message, message.byteSize(), 0);
            return length < 0
                    ? Optional.empty()
                    : Optional.of(new String(
                            message.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            int _ = (int) CLOSE.invokeExact(descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
