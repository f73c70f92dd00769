/*
** ICU's data without any, as ICU's own `stubdata` is: a header and a table of contents with no entry.
**
** Foundation cannot be had without ICU as long as GRDB and Yams ask for its formatters and regular expressions, but the
** 32 MB of languages, calendars and character names that come with it nobody here asks for: zones are read from the
** system's tzdata, and texts are compared by bytes. Where Foundation is linked into the program, as scripts/install does,
** this stands before its archive and so takes its place. The shared library keeps its own.
*/
#include <stdint.h>

struct icu_data {
    uint16_t header_size;
    uint8_t magic[2];
    struct {
        uint16_t size, reserved;
        uint8_t is_big_endian, charset_family, sizeof_char, also_reserved;
        uint8_t format[4], format_version[4], data_version[4];
    } info;
    uint8_t padding[8];
    uint32_t count, no_entry;
};

#define EMPTY(name) \
    extern const struct icu_data name; \
    const struct icu_data name __attribute__((aligned(16))) = { \
        .header_size = 32, \
        .magic = {0xda, 0x27}, \
        .info = { \
            .size = 20, \
            .is_big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__, \
            .sizeof_char = 2, \
            .format = {'T', 'o', 'C', 'P'}, \
            .format_version = {1}, \
        }, \
    }

/* One for each version of ICU that Swift's Foundation has had since 6.0. */
EMPTY(icudt74_dat);
EMPTY(icudt76_dat);
