/*
** ICU's data without what nobody here asks for, as ICU's own `stubdata` is without any: a header and a table of contents.
**
** Foundation cannot be had without ICU as long as GRDB and Yams ask for its formatters and regular expressions, but of its
** 34 MB of languages, calendars, currencies and character sets the product needs only what names of hosts in URLs are read
** with (UTS #46): zones come from the system's tzdata, and texts are compared by bytes. scripts/install takes that part out
** of the toolchain's own ICU into `host_names.h`. Where Foundation is linked into the program, as it does, this stands before
** its archive and takes the place of its data. Without that file nothing is here, and ICU keeps its own data.
*/
#if __has_include("host_names.h")
#include <stdint.h>

/* ICU_DATA, the symbol of the data; ICU_HOST_NAMES, the name of the part in it; and its bytes, host_names. */
#include "host_names.h"

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

struct data {
    struct header header;
    uint32_t count, reserved;
    struct {
        const char *name;
        const void *item;
    } contents[1];
};

extern const struct data ICU_DATA;
const struct data ICU_DATA __attribute__((aligned(16))) = {
    .header = {
        .size = sizeof(struct header),
        .magic = {0xda, 0x27},
        .info = {.size = 20, .sizeof_char = 2, .format = {'T', 'o', 'C', 'P'}, .format_version = {1}},
    },
    .count = 1,
    .contents = {{ICU_HOST_NAMES, host_names}},
};
#endif
