/* Loaded before libc (LD_PRELOAD): while the file FAULT_TRIGGER exists, every reading, writing and flushing of files whose path contains FAULT_FILE fails
   with EIO, as on a dying disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int is_faulty(int fd)
{
    const char *trigger = getenv("FAULT_TRIGGER"), *file = getenv("FAULT_FILE");
    char link[64], path[4096];
    if (!trigger || !file || access(trigger, F_OK) != 0)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return strstr(path, file) != 0;
}

#define FAULTY(type, name, parameters, arguments)          \
    type name parameters                                   \
    {                                                      \
        static type(*real) parameters;                     \
        if (!real)                                         \
            *(void **)&real = dlsym(RTLD_NEXT, #name);     \
        if (is_faulty(fd))                                 \
        {                                                  \
            errno = EIO;                                   \
            return -1;                                     \
        }                                                  \
        return real arguments;                             \
    }

FAULTY(ssize_t, read, (int fd, void *to, size_t size), (fd, to, size))
FAULTY(ssize_t, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
FAULTY(ssize_t, pread64, (int fd, void *to, size_t size, off64_t at), (fd, to, size, at))
FAULTY(ssize_t, write, (int fd, const void *from, size_t size), (fd, from, size))
FAULTY(ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
FAULTY(ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at))
FAULTY(int, fsync, (int fd), (fd))
FAULTY(int, fdatasync, (int fd), (fd))
