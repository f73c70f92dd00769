/*
** ICU's data without what nobody here asks for, as ICU's own `stubdata` is without any: a header and a table of contents.
**
** Foundation cannot be had without ICU as long as GRDB and Yams ask for its formatters and regular expressions, but of its
** 34 MB of languages, calendars, currencies and character sets the product needs only what names of hosts in URLs are read
** with (UTS #46; `uts46.nrm` is ICU 76's, under the Unicode License V3): zones come from the system's tzdata, and texts are
** compared by bytes. Where Foundation is linked into the program, as scripts/install does, this stands before its archive
** and takes the place of its data. The shared library keeps its own; so the tests of the command can be run with the
** installed program too: MOONKEEP_PROGRAM names it.
*/
#include <stdint.h>

struct header {
    uint16_t size;
    uint8_t magic[2];
    struct {
        uint16_t size, reserved;
        uint8_t is_big_endian, charset_family, sizeof_char, also_reserved;
        uint8_t format[4], format_version[4], data_version[4];
    } info;
    uint8_t padding[8];
};

#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t host_names[] __attribute__((aligned(16))) = {
#embed "uts46.nrm"
};

struct data {
    struct header header;
    uint32_t count, reserved;
    struct {
        const char *name;
        const void *item;
    } contents[1];
};

#define DATA(version) \
    extern const struct data icudt##version##_dat; \
    const struct data icudt##version##_dat __attribute__((aligned(16))) = { \
        .header = { \
            .size = sizeof(struct header), \
            .magic = {0xda, 0x27}, \
            .info = {.size = 20, .sizeof_char = 2, .format = {'T', 'o', 'C', 'P'}, .format_version = {1}}, \
        }, \
        .count = 1, \
        .contents = {{"icudt" #version "l/uts46.nrm", host_names}}, \
    }

/* One for each version of ICU that the Foundation of Swift 6.2 and later has had; data of little-endian machines. */
DATA(74);
DATA(76);
