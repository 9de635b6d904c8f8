/*
 * The test's hand inside the emulated Pi. Talks over a virtio serial port with the harness on the host:
 *
 *   host to guest   X <id> <bytes>\n<script>          runs the script with sh; answers when it ends
 *                   P <id> <mode> <bytes> <path>\n<content>  writes a file, mode in octal
 *                   L <id> <line> <up|down>\n         what the contact outside does to a GPIO line
 *                   S <id> <us>\n                     the lines are read so often from now on; 0: not at all
 *                   W <id>\n                          how well the lines were watched since the last such question
 *   guest to host   H <ns>\n                          the agent is there
 *                   R <id> <status> <bytes>\n<output> the answer to X, P, L, S or W
 *                   E <line> <level> <ns>\n           a watched line has changed
 *
 * Times are CLOCK_MONOTONIC in nanoseconds. The lines are read every SAMPLE_US microseconds by a real-time thread: gpio-sim has no
 * way to wait for a change of an output. W says how late the worst reading was, so that what a watch proves is known. Each reading
 * costs much more than its own time: the emulator forgets its address translations at each change of the process.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLE_US = 800, LINES = 54, LINE_CHARS = 4096, PRIORITY = 60 };

/* The relay alone: each reading costs the emulated processor, and the lamps hurt nobody. */
static const int watched[] = {22};
enum { WATCHED = sizeof watched / sizeof watched[0] };

static int port;
static char chip[256];
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t pace = PTHREAD_COND_INITIALIZER;
static long sample_us = SAMPLE_US;
static long long samples, worst_ns, over_1ms, over_5ms, began_ns;

static long long now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void write_all(const void *bytes, size_t count) {
  const char *at = bytes;
  while (count > 0) {
    ssize_t written = write(port, at, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {
      usleep(1000);
      continue;
    }
    if (written < 0) die("port");
    at += written;
    count -= (size_t)written;
  }
}

static void answer(const char *id, int status, const void *output, size_t count) {
  char head[128];
  int length = snprintf(head, sizeof head, "R %s %d %zu\n", id, status, count);
  pthread_mutex_lock(&writing);
  write_all(head, (size_t)length);
  write_all(output, count);
  pthread_mutex_unlock(&writing);
}

static void answer_text(const char *id, int status, const char *text) { answer(id, status, text, strlen(text)); }

/* The real-time thread: must not wait for the host, so changes go through a pipe to a thread that may. */
static int changes[2];

struct change {
  int line, level;
  long long ns;
};

static void *watch(void *unused) {
  (void)unused;
  int files[WATCHED], levels[WATCHED];
  for (int i = 0; i < WATCHED; i++) {
    char path[320];
    snprintf(path, sizeof path, "%s/sim_gpio%d/value", chip, watched[i]);
    files[i] = open(path, O_RDONLY | O_CLOEXEC);
    if (files[i] < 0) die(path);
    levels[i] = -1;
  }
  struct timespec next;
  clock_gettime(CLOCK_MONOTONIC, &next);
  long long last = 0;
  for (;;) {
    for (int i = 0; i < WATCHED; i++) {
      char value;
      if (pread(files[i], &value, 1, 0) != 1) die("value");
      if (value - '0' != levels[i]) {
        levels[i] = value - '0';
        struct change change = {watched[i], levels[i], now_ns()};
        if (write(changes[1], &change, sizeof change) != sizeof change) die("changes");
      }
    }
    long long now = now_ns();
    pthread_mutex_lock(&counting);
    if (last != 0) {
      long long gap = now - last;
      if (gap > worst_ns) worst_ns = gap;
      if (gap > 1000000) over_1ms++;
      if (gap > 5000000) over_5ms++;
    }
    samples++;
    last = now;
    while (sample_us == 0) {
      pthread_cond_wait(&pace, &counting);
      last = 0;
    }
    long step_us = sample_us;
    pthread_mutex_unlock(&counting);
    next.tv_nsec += step_us * 1000L;
    while (next.tv_nsec >= 1000000000L) {
      next.tv_nsec -= 1000000000L;
      next.tv_sec++;
    }
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    if (t.tv_sec > next.tv_sec || (t.tv_sec == next.tv_sec && t.tv_nsec > next.tv_nsec)) next = t;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
  }
  return NULL;
}

static void *tell(void *unused) {
  (void)unused;
  struct change change;
  while (read(changes[0], &change, sizeof change) == sizeof change) {
    char text[96];
    int length = snprintf(text, sizeof text, "E %d %d %lld\n", change.line, change.level, change.ns);
    pthread_mutex_lock(&writing);
    write_all(text, (size_t)length);
    pthread_mutex_unlock(&writing);
  }
  return NULL;
}

struct order {
  char id[32];
  char *script;
};

static void *run(void *argument) {
  struct order *order = argument;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) die("pipe");
  pid_t child = fork();
  if (child < 0) die("fork");
  if (child == 0) {
    int nothing = open("/dev/null", O_RDONLY);
    struct sched_param plain = {0};
    sched_setscheduler(0, SCHED_OTHER, &plain);
    setsid();
    dup2(nothing, 0);
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    execl("/bin/sh", "sh", "-c", order->script, (char *)NULL);
    _exit(127);
  }
  close(ends[1]);
  size_t count = 0, room = 65536;
  char *output = malloc(room);
  for (;;) {
    if (count == room) output = realloc(output, room *= 2);
    if (output == NULL) die("memory");
    ssize_t got = read(ends[0], output + count, room - count);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    count += (size_t)got;
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  answer(order->id, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), output, count);
  free(output);
  free(order->script);
  free(order);
  return NULL;
}

static int put(const char *path, int mode, const char *content, size_t count) {
  char made[LINE_CHARS];
  snprintf(made, sizeof made, "%s", path);
  for (char *slash = made + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
    *slash = 0;
    mkdir(made, 0755);
    *slash = '/';
  }
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) return errno;
  fchmod(file, (mode_t)mode);
  for (size_t at = 0; at < count;) {
    ssize_t written = write(file, content + at, count - at);
    if (written < 0) {
      close(file);
      return errno;
    }
    at += (size_t)written;
  }
  return close(file) == 0 ? 0 : errno;
}

static int pull(int line, const char *direction) {
  char path[320], text[32];
  if (line < 0 || line >= LINES) return EINVAL;
  snprintf(path, sizeof path, "%s/sim_gpio%d/pull", chip, line);
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return errno;
  int length = snprintf(text, sizeof text, "pull-%s", direction);
  int fault = write(file, text, (size_t)length) == length ? 0 : errno;
  close(file);
  return fault;
}

static void watched_so_far(const char *id) {
  char text[192];
  pthread_mutex_lock(&counting);
  long long now = now_ns();
  snprintf(text, sizeof text, "%lld %lld %lld %lld %lld", samples, now - began_ns, worst_ns, over_1ms, over_5ms);
  samples = worst_ns = over_1ms = over_5ms = 0;
  began_ns = now;
  pthread_mutex_unlock(&counting);
  answer_text(id, 0, text);
}

static void set_pace(long us) {
  pthread_mutex_lock(&counting);
  sample_us = us;
  pthread_cond_signal(&pace);
  pthread_mutex_unlock(&counting);
}

static void read_exactly(char *into, size_t count) {
  while (count > 0) {
    ssize_t got = read(port, into, count);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      /* Nobody at the other end. */
      usleep(20000);
      continue;
    }
    into += got;
    count -= (size_t)got;
  }
}

static void read_line(char *line) {
  size_t count = 0;
  do {
    if (count == LINE_CHARS) die("an order is too long");
    read_exactly(line + count, 1);
  } while (line[count++] != '\n');
  line[count - 1] = 0;
}

static void obey(char *line) {
  char id[32], word[16], path[LINE_CHARS];
  size_t count;
  unsigned mode;
  int number;
  if (sscanf(line, "X %31s %zu", id, &count) == 2) {
    struct order *order = malloc(sizeof *order);
    if (order == NULL || (order->script = malloc(count + 1)) == NULL) die("memory");
    snprintf(order->id, sizeof order->id, "%s", id);
    read_exactly(order->script, count);
    order->script[count] = 0;
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, order) != 0) die("thread");
    pthread_detach(thread);
  } else if (sscanf(line, "P %31s %o %zu %4095[^\n]", id, &mode, &count, path) == 4) {
    char *content = malloc(count + 1);
    if (content == NULL) die("memory");
    read_exactly(content, count);
    int fault = put(path, (int)mode, content, count);
    free(content);
    answer_text(id, fault, fault == 0 ? "" : strerror(fault));
  } else if (sscanf(line, "L %31s %d %15s", id, &number, word) == 3) {
    int fault = pull(number, word);
    answer_text(id, fault, fault == 0 ? "" : strerror(fault));
  } else if (sscanf(line, "S %31s %d", id, &number) == 2) {
    set_pace(number);
    answer_text(id, 0, "");
  } else if (sscanf(line, "W %31s", id) == 1) {
    watched_so_far(id);
  } else {
    fprintf(stderr, "not understood: %s\n", line);
  }
}

static void open_port(void) {
  for (int i = 0; i < 600; i++) {
    glob_t found;
    if (glob("/sys/class/virtio-ports/*/name", 0, NULL, &found) == 0) {
      for (size_t j = 0; j < found.gl_pathc; j++) {
        char name[64] = "", device[64], node[96];
        FILE *file = fopen(found.gl_pathv[j], "re");
        if (file != NULL) {
          if (fgets(name, sizeof name, file) == NULL) name[0] = 0;
          fclose(file);
        }
        if (strncmp(name, "portvakt", 8) == 0 && sscanf(found.gl_pathv[j], "/sys/class/virtio-ports/%63[^/]", device) == 1) {
          snprintf(node, sizeof node, "/dev/%s", device);
          port = open(node, O_RDWR | O_CLOEXEC);
          if (port >= 0) return;
        }
      }
      globfree(&found);
    }
    usleep(100000);
  }
  die("no port named portvakt");
}

int main(void) {
  glob_t found;
  if (glob("/sys/devices/platform/gpio-sim.0/gpiochip*", 0, NULL, &found) != 0) die("no gpio-sim chip");
  snprintf(chip, sizeof chip, "%s", found.gl_pathv[0]);
  signal(SIGPIPE, SIG_IGN);
  open_port();
  if (pipe2(changes, O_CLOEXEC) != 0) die("pipe");
  began_ns = now_ns();
  char hello[64];
  int length = snprintf(hello, sizeof hello, "H %lld\n", began_ns);
  write_all(hello, (size_t)length);
  pthread_t teller, watcher;
  if (pthread_create(&teller, NULL, tell, NULL) != 0) die("thread");
  pthread_attr_t real_time;
  struct sched_param priority = {.sched_priority = PRIORITY};
  pthread_attr_init(&real_time);
  pthread_attr_setinheritsched(&real_time, PTHREAD_EXPLICIT_SCHED);
  pthread_attr_setschedpolicy(&real_time, SCHED_FIFO);
  pthread_attr_setschedparam(&real_time, &priority);
  if (pthread_create(&watcher, &real_time, watch, NULL) != 0 && pthread_create(&watcher, NULL, watch, NULL) != 0) die("thread");
  static char line[LINE_CHARS + 1];
  for (;;) {
    read_line(line);
    obey(line);
  }
}
