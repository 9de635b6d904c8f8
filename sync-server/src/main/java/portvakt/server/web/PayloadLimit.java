package portvakt.server.web;

import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Keeps request bodies small, except where a file is sent: the listener's own limit is the file's. */
final class PayloadLimit implements Filter {

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.path().path();
        if (!ImportApi.takesFile(path) && !SiteListPage.takesFile(path)) {
            if (request.headers().contentLength().orElse(0) > WebConfig.PAYLOAD_BYTES_MAX) {
                throw tooLarge();
            }
            // A chunked body tells no length.
            request.streamFilter(Limited::new);
        }
        chain.proceed();
    }

    private static HttpException tooLarge() {
        return new HttpException(
                "The body is larger than " + WebConfig.PAYLOAD_BYTES_MAX + " bytes.",
                Status.REQUEST_ENTITY_TOO_LARGE_413);
    }

    private static final class Limited extends FilterInputStream {
        private long left = WebConfig.PAYLOAD_BYTES_MAX;

        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int got = super.read(bytes, offset, length);
            count(Math.max(got, 0));
            return got;
        }

        private void count(int bytes) {
            left -= bytes;
            if (left < 0) {
                throw tooLarge();
            }
        }
    }
}
