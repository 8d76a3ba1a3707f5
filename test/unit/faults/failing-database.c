/*
 * Laid over the C library (LD_PRELOAD), it has one call of SQLite's on the files of a database fail: the n-th since FAIL_CALL was set
 * last, to "round:n:errno". What failed is said in FAILED_CALL.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int file, const char *name) {
  static int round = -1, calls = 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  if (strstr(path, "studio.db") == NULL) return 0;
  const char *wanted = getenv("FAIL_CALL");
  int now, n, code;
  if (wanted == NULL || sscanf(wanted, "%d:%d:%d", &now, &n, &code) != 3) return 0;
  if (now != round) calls = 0;
  round = now;
  if (++calls != n) return 0;
  setenv("FAILED_CALL", name, 1);
  errno = code;
  return 1;
}

#define OVER(type, name, parameters, arguments)                                 \
  type name parameters {                                                        \
    static type (*original) parameters = NULL;                                  \
    if (original == NULL) original = (type (*) parameters)dlsym(RTLD_NEXT, #name); \
    return fails(file, #name) ? -1 : original arguments;                        \
  }

OVER(ssize_t, read, (int file, void *bytes, size_t count), (file, bytes, count))
OVER(ssize_t, write, (int file, const void *bytes, size_t count), (file, bytes, count))
OVER(ssize_t, pread, (int file, void *bytes, size_t count, off_t at), (file, bytes, count, at))
OVER(ssize_t, pread64, (int file, void *bytes, size_t count, off64_t at), (file, bytes, count, at))
OVER(ssize_t, pwrite, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at))
OVER(ssize_t, pwrite64, (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at))
OVER(int, fsync, (int file), (file))
OVER(int, fdatasync, (int file), (file))
OVER(int, ftruncate, (int file, off_t size), (file, size))
OVER(int, ftruncate64, (int file, off64_t size), (file, size))
