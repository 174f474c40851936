/*
 * A disk that forgets what was never flushed. Preloaded into a program, it watches what that does below one folder and keeps,
 * outside it, what a power cut would leave:
 *   durable/<inode>.<generation>  the bytes of a file as of its last fsync, fdatasync, or O_DSYNC write
 *   bits/<inode>.<generation>     which 512-byte sectors were written since
 *   journal                       what was done to names, and which files and folders were flushed, in order
 * What stays of names is decided by the reader of the journal. Nothing is flushed for real. Once the power is off, nothing more
 * reaches the disk: whoever writes or flushes waits until it is killed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SECTOR 512
#define MAX_SECTORS (1u << 20)
#define BITS_BYTES (MAX_SECTORS / 8)
#define WHOLE (256 * 1024)
#define SLOTS (1u << 17)
#define CACHED 1024

/* Which inodes are below the folder, and how often their number was used. 1: never */
struct shared {
  atomic_uint lock;
  atomic_uint loaded;
  atomic_uint is_off; /* at OFF_AT of disk-model.ts */
  atomic_uint operations;
  dev_t device;
  struct { _Atomic uint64_t inode; atomic_uint generation; } known[SLOTS];
};

static struct shared *shared;
static char state_directory[512];
/* The power goes with the first operation whose line in the journal has this text at its end, or with the n-th operation (#n). */
static const char *cut_at;
static int journal = -1;
static pthread_mutex_t local = PTHREAD_MUTEX_INITIALIZER;
static struct { uint64_t inode; unsigned generation; atomic_uchar *bits; } cache[CACHED];

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static int real_open(const char *path, int flags, mode_t mode) {
  REAL(int, "open", const char *, int, ...);
  return real(path, flags, mode);
}
static ssize_t real_pwrite(int fd, const void *data, size_t size, off_t at) {
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
  return real(fd, data, size, at);
}
static ssize_t real_write(int fd, const void *data, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  return real(fd, data, size);
}
static int real_ftruncate(int fd, off_t size) {
  REAL(int, "ftruncate", int, off_t);
  return real(fd, size);
}

static int initialise(void);
static void wait_while_off(void) {
  while (atomic_load(&shared->is_off)) usleep(1000);
}
static void wait_if_off(void) { if (initialise()) wait_while_off(); }
static void lock(void) {
  unsigned free_ = 0;
  for (int tries = 0; !atomic_compare_exchange_weak(&shared->lock, &free_, 1); free_ = 0)
    if (++tries > 100) usleep(50);
    else sched_yield();
  wait_while_off();
}
static void unlock(void) { atomic_store(&shared->lock, 0); }

static unsigned slot_of(uint64_t inode) {
  unsigned at = (unsigned)((inode * 0x9e3779b97f4a7c15ull) >> 47);
  for (;; at = (at + 1) & (SLOTS - 1)) {
    uint64_t here = atomic_load(&shared->known[at].inode);
    if (here == inode || here == 0) return at;
  }
}
/* 0: not below the folder */
static unsigned generation_of(uint64_t inode) {
  return atomic_load(&shared->known[slot_of(inode)].generation);
}
static void know(uint64_t inode, unsigned generation) {
  unsigned at = slot_of(inode);
  atomic_store(&shared->known[at].generation, generation);
  atomic_store(&shared->known[at].inode, inode);
}

static void note(const char *format, ...) {
  char line[1200];
  va_list values;
  va_start(values, format);
  int size = vsnprintf(line, sizeof line, format, values);
  va_end(values);
  if (size <= 0 || size >= (int)sizeof line || real_write(journal, line, size) != size) abort();
  unsigned operations = atomic_fetch_add(&shared->operations, 1) + 1;
  size_t length = cut_at ? strlen(cut_at) : 0;
  if (length == 0) return;
  int is_here = *cut_at == '#' ? operations == (unsigned)atoi(cut_at + 1)
    : length < (size_t)size && memcmp(line + size - 1 - length, cut_at, length) == 0;
  if (is_here) atomic_store(&shared->is_off, 1);
}

static int initialise(void) {
  static atomic_int done;
  if (atomic_load(&done)) return atomic_load(&done) > 0;
  int saved = errno;
  pthread_mutex_lock(&local);
  const char *state = getenv("DISK_MODEL_STATE");
  int result = -1;
  if (!atomic_load(&done)) {
    cut_at = getenv("DISK_MODEL_CUT");
    if (state && strlen(state) < sizeof state_directory - 64) {
      strcpy(state_directory, state);
      char path[600];
      snprintf(path, sizeof path, "%s/shared", state);
      int fd = real_open(path, O_RDWR | O_CLOEXEC, 0);
      if (fd >= 0 && real_ftruncate(fd, sizeof *shared) == 0) {
        void *at = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        snprintf(path, sizeof path, "%s/journal", state);
        journal = real_open(path, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
        /* out of the way of descriptors that a program counts on */
        if (journal >= 0) {
          int high = fcntl(journal, F_DUPFD_CLOEXEC, 900);
          if (high >= 0) { close(journal); journal = high; }
        }
        if (at != MAP_FAILED && journal >= 0) { shared = at; result = 1; }
        close(fd);
      }
    }
    if (result > 0) {
      lock();
      if (!atomic_load(&shared->loaded)) {
        char path[600];
        snprintf(path, sizeof path, "%s/inodes", state_directory);
        REAL(FILE *, "fopen", const char *, const char *);
        FILE *list = real(path, "r");
        unsigned long long device, inode, generation;
        if (!list || fscanf(list, "%llu", &device) != 1) abort();
        shared->device = device;
        while (fscanf(list, "%llu %llu", &inode, &generation) == 2) know(inode, generation);
        fclose(list);
        atomic_store(&shared->loaded, 1);
      }
      unlock();
    }
    atomic_store(&done, result);
  }
  pthread_mutex_unlock(&local);
  errno = saved;
  return atomic_load(&done) > 0;
}

static atomic_uchar *bits_of(uint64_t inode, unsigned generation) {
  unsigned at = inode % CACHED;
  if (cache[at].bits && cache[at].inode == inode && cache[at].generation == generation) return cache[at].bits;
  char path[600];
  snprintf(path, sizeof path, "%s/bits/%llu.%u", state_directory, (unsigned long long)inode, generation);
  mode_t before = umask(0);
  int fd = real_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  umask(before);
  if (fd < 0 || real_ftruncate(fd, BITS_BYTES) != 0) abort();
  void *map = mmap(NULL, BITS_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED) abort();
  close(fd);
  if (cache[at].bits) munmap(cache[at].bits, BITS_BYTES);
  cache[at].inode = inode;
  cache[at].generation = generation;
  cache[at].bits = map;
  return map;
}

/* The generation of a regular file below the folder, else 0. */
static unsigned watched(int fd, struct stat *st) {
  if (!initialise() || fd == journal) return 0;
  int saved = errno;
  unsigned generation = 0;
  if (fstat(fd, st) == 0 && (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode)) && st->st_dev == shared->device)
    generation = generation_of(st->st_ino);
  errno = saved;
  return generation;
}

static void flush_file(int fd, struct stat *st, unsigned generation);

static void mark(int fd, off_t from, off_t size) {
  struct stat st;
  unsigned generation;
  if (size <= 0 || !(generation = watched(fd, &st)) || !S_ISREG(st.st_mode)) return;
  int saved = errno;
  pthread_mutex_lock(&local);
  atomic_uchar *bits = bits_of(st.st_ino, generation);
  for (off_t s = from / SECTOR; s <= (from + size - 1) / SECTOR && s < MAX_SECTORS; s++)
    atomic_fetch_or(&bits[s / 8], 1 << (s % 8));
  pthread_mutex_unlock(&local);
  int flags = fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_DSYNC)) flush_file(fd, &st, generation);
  errno = saved;
}

static void copy(int from, int to, off_t at, off_t end) {
  char buffer[64 * 1024];
  while (at < end) {
    size_t want = end - at < (off_t)sizeof buffer ? (size_t)(end - at) : sizeof buffer;
    ssize_t got = pread(from, buffer, want, at);
    if (got <= 0) return;
    if (real_pwrite(to, buffer, got, at) != got) abort();
    at += got;
  }
}

/* From here on the bytes are durable. The name is the reader's matter. */
static void flush_file(int fd, struct stat *st, unsigned generation) {
  char path[600], self[64];
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  int from = real_open(self, O_RDONLY | O_CLOEXEC, 0);
  if (from < 0) from = dup(fd);
  snprintf(path, sizeof path, "%s/durable/%llu.%u", state_directory, (unsigned long long)st->st_ino, generation);
  lock();
  mode_t before = umask(0);
  int to = real_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  umask(before);
  if (to < 0 || from < 0 || fstat(fd, st) != 0) abort();
  pthread_mutex_lock(&local);
  atomic_uchar *bits = bits_of(st->st_ino, generation);
  off_t sectors = (st->st_size + SECTOR - 1) / SECTOR;
  int whole = st->st_size <= WHOLE || sectors > MAX_SECTORS;
  for (off_t byte = 0; byte < BITS_BYTES; byte++) {
    unsigned char set = bits[byte];
    if (!set) continue;
    set = atomic_exchange(&bits[byte], 0);
    for (int bit = 0; !whole && bit < 8; bit++)
      if (set & (1 << bit)) copy(from, to, (byte * 8 + bit) * SECTOR, (byte * 8 + bit + 1) * SECTOR);
  }
  if (whole) copy(from, to, 0, st->st_size);
  if (real_ftruncate(to, st->st_size) != 0) abort();
  pthread_mutex_unlock(&local);
  note("flush %llu.%u\n", (unsigned long long)st->st_ino, generation);
  unlock();
  close(to);
  close(from);
}

static int flush(int fd, int (*real)(int)) {
  struct stat st;
  unsigned generation = watched(fd, &st);
  if (!generation) return real(fd);
  if (S_ISDIR(st.st_mode)) {
    lock();
    note("flush %llu.%u\n", (unsigned long long)st.st_ino, generation);
    unlock();
  } else flush_file(fd, &st, generation);
  return 0;
}
int fsync(int fd) { REAL(int, "fsync", int); return flush(fd, real); }
int fdatasync(int fd) { REAL(int, "fdatasync", int); return flush(fd, real); }

/* A name: its folder, when that is below ours, and the last part of the path. */
struct name { uint64_t folder; unsigned generation; const char *last; };

static int name_of(int at, const char *path, struct name *name) {
  if (!initialise() || !path) return 0;
  int saved = errno, found = 0;
  char folder[4096];
  size_t size = strlen(path);
  if (size > 0 && size < sizeof folder) {
    const char *slash = strrchr(path, '/');
    struct stat st;
    name->last = slash ? slash + 1 : path;
    if (*name->last) {
      if (!slash) strcpy(folder, ".");
      else if (slash == path) strcpy(folder, "/");
      else { memcpy(folder, path, slash - path); folder[slash - path] = 0; }
      if (fstatat(at, folder, &st, 0) == 0 && st.st_dev == shared->device && (name->generation = generation_of(st.st_ino))) {
        name->folder = st.st_ino;
        found = 1;
      }
    }
  }
  errno = saved;
  return found;
}

static int inode_at(int at, const char *path, struct stat *st) {
  int saved = errno, found = fstatat(at, path, st, AT_SYMLINK_NOFOLLOW) == 0;
  errno = saved;
  return found;
}

static void note_name(const struct name *name, const struct stat *st, unsigned generation, const char *verb) {
  note("%s %llu.%u %llu.%u %c %s\n", verb, (unsigned long long)name->folder, name->generation,
    (unsigned long long)(st ? st->st_ino : 0), generation, st && S_ISDIR(st->st_mode) ? 'd' : 'f', name->last);
}

static unsigned born(const struct name *name, const struct stat *st) {
  unsigned generation = generation_of(st->st_ino) + 1;
  know(st->st_ino, generation);
  note_name(name, st, generation, "set");
  return generation;
}

static int opened(int at, const char *path, int flags, mode_t mode, int (*real)(int, const char *, int, ...)) {
  struct name name;
  struct stat st;
  if (!(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE || !name_of(at, path, &name))
    return real(at, path, flags, mode);
  lock();
  int was = inode_at(at, path, &st);
  off_t size = was ? st.st_size : 0;
  int fd = real(at, path, flags, mode);
  int saved = errno;
  int is_born = fd >= 0 && !was && fstat(fd, &st) == 0;
  if (is_born) born(&name, &st);
  unlock();
  if (fd >= 0 && was && (flags & O_TRUNC)) mark(fd, 0, size);
  errno = saved;
  return fd;
}
#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list v; va_start(v, flags); mode = va_arg(v, mode_t); va_end(v); }
static int real_openat(int at, const char *path, int flags, ...) {
  MODE
  REAL(int, "openat", int, const char *, int, ...);
  return real(at, path, flags, mode);
}
int open(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode, real_openat); }
int open64(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags | O_LARGEFILE, mode, real_openat); }
int openat(int at, const char *path, int flags, ...) { MODE return opened(at, path, flags, mode, real_openat); }
int openat64(int at, const char *path, int flags, ...) { MODE return opened(at, path, flags | O_LARGEFILE, mode, real_openat); }
int creat(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

static FILE *stream(const char *path, const char *mode, FILE *(*real)(const char *, const char *)) {
  if (*mode != 'r') {
    int fd = open(path, O_CREAT | O_RDWR | (*mode == 'w' ? O_TRUNC : 0), 0666);
    if (fd < 0) return NULL;
    close(fd);
  }
  return real(path, mode);
}
FILE *fopen(const char *path, const char *mode) { REAL(FILE *, "fopen", const char *, const char *); return stream(path, mode, real); }
FILE *fopen64(const char *path, const char *mode) { REAL(FILE *, "fopen64", const char *, const char *); return stream(path, mode, real); }

/* A write at the file's own place. */
static void mark_here(int fd, ssize_t done) {
  if (done <= 0) return;
  off_t end = lseek(fd, 0, SEEK_CUR);
  if (end >= done) mark(fd, end - done, done);
}
ssize_t write(int fd, const void *data, size_t size) {
  wait_if_off();
  ssize_t done = real_write(fd, data, size);
  int saved = errno;
  mark_here(fd, done);
  errno = saved;
  return done;
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  wait_if_off();
  ssize_t done = real(fd, parts, count);
  int saved = errno;
  mark_here(fd, done);
  errno = saved;
  return done;
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  wait_if_off();
  ssize_t done = real_pwrite(fd, data, size, at);
  mark(fd, at, done);
  return done;
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { return pwrite(fd, data, size, at); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  REAL(ssize_t, "pwritev", int, const struct iovec *, int, off_t);
  wait_if_off();
  ssize_t done = real(fd, parts, count, at);
  mark(fd, at, done);
  return done;
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) { return pwritev(fd, parts, count, at); }

static void cut(int fd, off_t size, off_t was) { if (size < was) mark(fd, size, was - size); else mark(fd, was, size - was); }
int ftruncate(int fd, off_t size) {
  wait_if_off();
  struct stat st;
  off_t was = watched(fd, &st) ? st.st_size : -1;
  int result = real_ftruncate(fd, size);
  if (result == 0 && was >= 0) cut(fd, size, was);
  return result;
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }
int truncate(const char *path, off_t size) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  int result = ftruncate(fd, size), saved = errno;
  close(fd);
  errno = saved;
  return result;
}
int truncate64(const char *path, off64_t size) { return truncate(path, size); }
int fallocate(int fd, int mode, off_t at, off_t size) {
  REAL(int, "fallocate", int, int, off_t, off_t);
  wait_if_off();
  int result = real(fd, mode, at, size);
  if (result == 0) mark(fd, at, size);
  return result;
}
int fallocate64(int fd, int mode, off64_t at, off64_t size) { return fallocate(fd, mode, at, size); }
int posix_fallocate(int fd, off_t at, off_t size) {
  REAL(int, "posix_fallocate", int, off_t, off_t);
  wait_if_off();
  int result = real(fd, at, size);
  if (result == 0) mark(fd, at, size);
  return result;
}
int posix_fallocate64(int fd, off64_t at, off64_t size) { return posix_fallocate(fd, at, size); }

static int renamed(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
  REAL(int, "renameat2", int, const char *, int, const char *, unsigned);
  struct name source, target;
  struct stat st;
  int has_source = name_of(from_at, from, &source), has_target = name_of(to_at, to, &target);
  if (!has_source && !has_target) return real(from_at, from, to_at, to, flags);
  if (flags & ~1u) abort();
  lock();
  int was = inode_at(from_at, from, &st);
  int result = real(from_at, from, to_at, to, flags), saved = errno;
  if (result == 0 && was && !(has_source && has_target)) abort();
  if (result == 0 && was) {
    note("move %llu.%u %llu.%u %llu.%u %c %s/%s\n", (unsigned long long)source.folder, source.generation,
      (unsigned long long)target.folder, target.generation, (unsigned long long)st.st_ino, generation_of(st.st_ino),
      S_ISDIR(st.st_mode) ? 'd' : 'f', source.last, target.last);
  }
  unlock();
  errno = saved;
  return result;
}
int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_at, const char *from, int to_at, const char *to) { return renamed(from_at, from, to_at, to, 0); }
int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags) { return renamed(from_at, from, to_at, to, flags); }

static int real_unlinkat(int at, const char *path, int flags) {
  REAL(int, "unlinkat", int, const char *, int);
  return real(at, path, flags);
}
static int unlinked(int at, const char *path, int flags) {
  struct name name;
  if (!name_of(at, path, &name)) return real_unlinkat(at, path, flags);
  lock();
  int result = real_unlinkat(at, path, flags), saved = errno;
  if (result == 0) note_name(&name, NULL, 0, "set");
  unlock();
  errno = saved;
  return result;
}
int unlink(const char *path) { return unlinked(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinked(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int at, const char *path, int flags) { return unlinked(at, path, flags); }
int remove(const char *path) {
  struct stat st;
  return inode_at(AT_FDCWD, path, &st) && S_ISDIR(st.st_mode) ? rmdir(path) : unlink(path);
}

static int made(int at, const char *path, mode_t mode) {
  REAL(int, "mkdirat", int, const char *, mode_t);
  struct name name;
  struct stat st;
  char plain[4096];
  size_t size = strlen(path);
  if (size >= sizeof plain) return real(at, path, mode);
  strcpy(plain, path);
  while (size > 1 && plain[size - 1] == '/') plain[--size] = 0;
  if (!name_of(at, plain, &name)) return real(at, path, mode);
  lock();
  int result = real(at, plain, mode), saved = errno;
  if (result == 0 && inode_at(at, plain, &st)) born(&name, &st);
  unlock();
  errno = saved;
  return result;
}
int mkdir(const char *path, mode_t mode) { return made(AT_FDCWD, path, mode); }
int mkdirat(int at, const char *path, mode_t mode) { return made(at, path, mode); }

static int linked(int from_at, const char *from, int to_at, const char *to, int flags) {
  REAL(int, "linkat", int, const char *, int, const char *, int);
  struct name name;
  struct stat st;
  if (!name_of(to_at, to, &name)) return real(from_at, from, to_at, to, flags);
  lock();
  int result = real(from_at, from, to_at, to, flags), saved = errno;
  if (result == 0 && inode_at(to_at, to, &st)) note_name(&name, &st, generation_of(st.st_ino), "set");
  unlock();
  errno = saved;
  return result;
}
int link(const char *from, const char *to) { return linked(AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int from_at, const char *from, int to_at, const char *to, int flags) { return linked(from_at, from, to_at, to, flags); }

/* Made under an unused name by the C library itself, so it is looked at afterwards. */
static int temporary(char *pattern, int flags, int (*real)(char *, int)) {
  struct name name;
  struct stat st;
  if (!name_of(AT_FDCWD, pattern, &name)) return real(pattern, flags);
  lock();
  int fd = real(pattern, flags), saved = errno;
  if (fd >= 0 && fstat(fd, &st) == 0) born(&name, &st);
  unlock();
  errno = saved;
  return fd;
}
int mkostemp(char *pattern, int flags) { REAL(int, "mkostemp", char *, int); return temporary(pattern, flags, real); }
int mkstemp(char *pattern) { return mkostemp(pattern, 0); }
