/* Loaded before libc (LD_PRELOAD): calls on files below a folder -> the same calls, of which one, or all from one on, fail.

   FAULT_UNDER    the folder; calls on other files pass
   FAULT_CALL     which kind of call fails: a name of `kinds` below
   FAULT_AT       the how-manieth of them fails, counted from 1 over all processes of the run; 0: none
   FAULT_ERRNO    with which error
   FAULT_FOREVER  1: all later ones fail too
   FAULT_COUNTER  a file of 8 zeroed 64-bit numbers, in which calls are counted by kind, and in the last, how many failed
*/
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { WRITE, FSYNC, RENAME, READ, FTRUNCATE, OPEN, UNLINK, FAILED };
static const char *kinds[] = {"write", "fsync", "rename", "read", "ftruncate", "open", "unlink"};

static const char *under;
static size_t under_length;
static int failing = -1, error_number = EIO, forever;
static int64_t at;
static int64_t *counter;

__attribute__((constructor)) static void begin(void) {
    const char *call = getenv("FAULT_CALL"), *file = getenv("FAULT_COUNTER");
    under = getenv("FAULT_UNDER");
    if (!under || !call || !file) return;
    int descriptor = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR, 0);
    if (descriptor < 0) return;
    void *mapped = mmap(NULL, 64, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    syscall(SYS_close, descriptor);
    if (mapped == MAP_FAILED) return;
    under_length = strlen(under);
    for (int kind = 0; kind < FAILED; kind++)
        if (!strcmp(call, kinds[kind])) failing = kind;
    at = atoll(getenv("FAULT_AT") ? getenv("FAULT_AT") : "0");
    error_number = atoi(getenv("FAULT_ERRNO") ? getenv("FAULT_ERRNO") : "5");
    forever = getenv("FAULT_FOREVER") && *getenv("FAULT_FOREVER") == '1';
    counter = mapped;
}

static int fails(int kind, const char *path) {
    if (!counter || !path || strncmp(path, under, under_length)) return 0;
    int64_t number = __atomic_add_fetch(&counter[kind], 1, __ATOMIC_SEQ_CST);
    if (kind != failing || !at || !(number == at || (forever && number > at))) return 0;
    __atomic_add_fetch(&counter[FAILED], 1, __ATOMIC_SEQ_CST);
    errno = error_number;
    return 1;
}

static int descriptor_fails(int kind, int descriptor) {
    char link[64], path[4096];
    int kept = errno;
    if (!counter) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    errno = kept;
    if (length <= 0) return 0;
    path[length] = 0;
    return fails(kind, path);
}

#define ON_DESCRIPTOR(kind, result, name, parameters, types, values)  \
    result name parameters {                                          \
        static result(*real) types;                                   \
        if (!real) real = (result(*) types)dlsym(RTLD_NEXT, #name);   \
        return descriptor_fails(kind, descriptor) ? -1 : real values; \
    }

#define ON_PATH(kind, name, parameters, types, values)                \
    int name parameters {                                             \
        static int(*real) types;                                      \
        if (!real) real = (int(*) types)dlsym(RTLD_NEXT, #name);      \
        return fails(kind, path) ? -1 : real values;                  \
    }

#define OPENING(name, parameters, types, values)                      \
    int name parameters {                                             \
        static int(*real) types;                                      \
        mode_t mode = 0;                                              \
        if (!real) real = (int(*) types)dlsym(RTLD_NEXT, #name);      \
        if (flags & (O_CREAT | O_TMPFILE)) {                          \
            va_list rest;                                             \
            va_start(rest, flags);                                    \
            mode = va_arg(rest, mode_t);                              \
            va_end(rest);                                             \
        }                                                             \
        return fails(OPEN, path) ? -1 : real values;                  \
    }

ON_DESCRIPTOR(WRITE, ssize_t, write, (int descriptor, const void *bytes, size_t size), (int, const void *, size_t), (descriptor, bytes, size))
ON_DESCRIPTOR(WRITE, ssize_t, pwrite, (int descriptor, const void *bytes, size_t size, off_t offset), (int, const void *, size_t, off_t), (descriptor, bytes, size, offset))
ON_DESCRIPTOR(WRITE, ssize_t, pwrite64, (int descriptor, const void *bytes, size_t size, off64_t offset), (int, const void *, size_t, off64_t), (descriptor, bytes, size, offset))
ON_DESCRIPTOR(READ, ssize_t, read, (int descriptor, void *bytes, size_t size), (int, void *, size_t), (descriptor, bytes, size))
ON_DESCRIPTOR(READ, ssize_t, pread, (int descriptor, void *bytes, size_t size, off_t offset), (int, void *, size_t, off_t), (descriptor, bytes, size, offset))
ON_DESCRIPTOR(READ, ssize_t, pread64, (int descriptor, void *bytes, size_t size, off64_t offset), (int, void *, size_t, off64_t), (descriptor, bytes, size, offset))
ON_DESCRIPTOR(FSYNC, int, fsync, (int descriptor), (int), (descriptor))
ON_DESCRIPTOR(FSYNC, int, fdatasync, (int descriptor), (int), (descriptor))
ON_DESCRIPTOR(FTRUNCATE, int, ftruncate, (int descriptor, off_t size), (int, off_t), (descriptor, size))
ON_DESCRIPTOR(FTRUNCATE, int, ftruncate64, (int descriptor, off64_t size), (int, off64_t), (descriptor, size))
ON_PATH(RENAME, rename, (const char *path, const char *to), (const char *, const char *), (path, to))
ON_PATH(RENAME, renameat, (int folder, const char *path, int other, const char *to), (int, const char *, int, const char *), (folder, path, other, to))
ON_PATH(UNLINK, unlink, (const char *path), (const char *), (path))
ON_PATH(UNLINK, unlinkat, (int folder, const char *path, int flags), (int, const char *, int), (folder, path, flags))
OPENING(open, (const char *path, int flags, ...), (const char *, int, ...), (path, flags, mode))
OPENING(open64, (const char *path, int flags, ...), (const char *, int, ...), (path, flags, mode))
OPENING(openat, (int folder, const char *path, int flags, ...), (int, const char *, int, ...), (folder, path, flags, mode))
OPENING(openat64, (int folder, const char *path, int flags, ...), (int, const char *, int, ...), (folder, path, flags, mode))
