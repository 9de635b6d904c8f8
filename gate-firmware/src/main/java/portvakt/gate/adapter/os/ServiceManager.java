package portvakt.gate.adapter.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import portvakt.gate.port.Supervisor;

/**
 * systemd, told by datagrams to the Unix socket that {@code NOTIFY_SOCKET} names (sd_notify(3)): {@code READY=1},
 * {@code WATCHDOG=1}, {@code STOPPING=1}. The JDK has no Unix datagrams, so the C library's {@code socket} and {@code sendto}
 * are called. Where no service manager has started this program, nothing is sent.
 *
 * <p>A datagram that cannot be sent is not waited for: if systemd does not read, the watchdog's next one comes in time or the
 * gate is started again, which is the safe side.
 */
public final class ServiceManager implements Supervisor {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    /** Of the watchdog's time, so that three may be lost. */
    private static final int TURNS_TOLD_IN_A_PERIOD = 4;

    private final NotifySocket socket;
    private final long watchdogNs;
    private final LongSupplier nanoTime;
    private long toldNs;
    private boolean told;
    private volatile boolean failed;

    private ServiceManager(NotifySocket socket, long watchdogNs, LongSupplier nanoTime) {
        this.socket = socket;
        this.watchdogNs = watchdogNs;
        this.nanoTime = nanoTime;
    }

    /** The one that has started this process; {@link Supervisor#NONE} where none has. */
    public static Supervisor ofThisProcess() {
        return from(System.getenv(), ProcessHandle.current().pid(), System::nanoTime);
    }

    /**
     * @param environment what the service manager has set for its service
     * @param pid         this process
     * @param nanoTime    {@link System#nanoTime}
     */
    public static Supervisor from(Map<String, String> environment, long pid, LongSupplier nanoTime) {
        String address = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (address.isEmpty()) {
            return NONE;
        }
        try {
            return new ServiceManager(NotifySocket.open(address), watchdogNs(environment, pid), nanoTime);
        } catch (IllegalArgumentException | IllegalStateException e) {
            LOG.error(
                    "The service manager cannot be told anything, and will take this gate for one that hangs: {}",
                    e.getMessage());
            return NONE;
        }
    }

    /** 0: no watchdog, or one that is meant for another process (sd_watchdog_enabled(3)). */
    private static long watchdogNs(Map<String, String> environment, long pid) {
        String microseconds = environment.getOrDefault("WATCHDOG_USEC", "");
        String whose = environment.getOrDefault("WATCHDOG_PID", "");
        if (microseconds.isEmpty() || !whose.isEmpty() && !whose.equals(Long.toString(pid))) {
            return 0;
        }
        try {
            return TimeUnit.MICROSECONDS.toNanos(Long.parseLong(microseconds));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("WATCHDOG_USEC is " + microseconds + " and no number", e);
        }
    }

    @Override
    public void ready() {
        send("READY=1");
    }

    @Override
    public void turned() {
        if (watchdogNs == 0) {
            return;
        }
        long nowNs = nanoTime.getAsLong();
        if (!told || nowNs - toldNs >= watchdogNs / TURNS_TOLD_IN_A_PERIOD) {
            told = true;
            toldNs = nowNs;
            send("WATCHDOG=1");
        }
    }

    @Override
    public void stopping() {
        send("STOPPING=1");
    }

    private void send(String message) {
        int error = socket.send(message.getBytes(StandardCharsets.US_ASCII));
        if (error != 0 && !failed) {
            LOG.warn(
                    "{} could not be told to the service manager (errno {}); later failures are not logged",
                    message,
                    error);
        }
        failed = error != 0;
    }

    /** A Unix datagram socket and the one address that it sends to (unix(7)). Safe for any thread. */
    private record NotifySocket(int descriptor, MemorySegment address) {

        private static final int AF_UNIX = 1;
        private static final int SOCK_DGRAM_CLOEXEC_NONBLOCK = 2 | 0x80000 | 0x800;
        private static final int MSG_NOSIGNAL = 0x4000;
        private static final int PATH_BYTES_MAX = 108;

        private static final Linker LINKER = Linker.nativeLinker();
        private static final MemoryLayout ERRORS = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO = ERRORS.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        private static final MethodHandle SOCKET = function(
                "socket",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        private static final MethodHandle SENDTO = function(
                "sendto",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));

        // What is declared here has to be what the C library has, and no compiler can check that: socket(2), sendto(2).
        @SuppressWarnings("restricted")
        private static MethodHandle function(String name, FunctionDescriptor type) {
            SymbolLookup library = LINKER.defaultLookup();
            return LINKER.downcallHandle(library.findOrThrow(name), type, Linker.Option.captureCallState("errno"));
        }

        /** @param name a path, or a name of the abstract kind, which begins with "@" */
        static NotifySocket open(String name) {
            byte[] path = name.getBytes(StandardCharsets.UTF_8);
            if (path[0] != '/' && path[0] != '@' || path.length >= PATH_BYTES_MAX) {
                throw new IllegalArgumentException("NOTIFY_SOCKET is " + name + "; it has to be a path or @name");
            }
            boolean isAbstract = path[0] == '@';
            if (isAbstract) {
                path[0] = 0;
            }
            // An abstract name has no zero at its end: it would count.
            MemorySegment address = Arena.ofAuto().allocate(Short.BYTES + path.length + (isAbstract ? 0 : 1));
            address.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, path.length);
            try (Arena call = Arena.ofConfined()) {
                MemorySegment errors = call.allocate(ERRORS);
                int descriptor = (int) SOCKET.invokeExact(errors, AF_UNIX, SOCK_DGRAM_CLOEXEC_NONBLOCK, 0);
                if (descriptor < 0) {
                    throw new IllegalStateException(
                            "no Unix socket can be had (errno " + (int) ERRNO.get(errors, 0L) + ")");
                }
                return new NotifySocket(descriptor, address);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        /** @return 0, or what went wrong (errno(3)) */
        int send(byte[] message) {
            try (Arena call = Arena.ofConfined()) {
                MemorySegment errors = call.allocate(ERRORS);
                MemorySegment bytes = call.allocateFrom(ValueLayout.JAVA_BYTE, message);
                long sent = (long) SENDTO.invokeExact(
                        errors, descriptor, bytes, bytes.byteSize(), MSG_NOSIGNAL, address, (int) address.byteSize());
                return sent < 0 ? (int) ERRNO.get(errors, 0L) : 0;
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
