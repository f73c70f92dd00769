/* The classes and sets of characters in patterns. */
#include "pattern.h"

/* The characters 0-63 and 64-127 of each class, and all others for the capital letter; those of the C locale. */
#define CLASS(low, high) {{low, high, 0, 0}, {~(uint64_t)(low), ~(uint64_t)(high), ~UINT64_C(0), ~UINT64_C(0)}}

static const uint64_t alphas[2][4] = CLASS(0, 0x07FFFFFE07FFFFFE);
static const uint64_t controls[2][4] = CLASS(0xFFFFFFFF, 0x8000000000000000);
static const uint64_t digits[2][4] = CLASS(0x03FF000000000000, 0);
static const uint64_t graphs[2][4] = CLASS(0xFFFFFFFE00000000, 0x7FFFFFFFFFFFFFFF);
static const uint64_t lowers[2][4] = CLASS(0, 0x07FFFFFE00000000);
static const uint64_t puncts[2][4] = CLASS(0xFC00FFFE00000000, 0x78000001F8000001);
static const uint64_t spaces[2][4] = CLASS(0x0000000100003E00, 0);
static const uint64_t uppers[2][4] = CLASS(0, 0x0000000007FFFFFE);
static const uint64_t alnums[2][4] = CLASS(0x03FF000000000000, 0x07FFFFFE07FFFFFE);
static const uint64_t xdigits[2][4] = CLASS(0x03FF000000000000, 0x0000007E0000007E);
static const uint64_t zeros[2][4] = CLASS(1, 0);

/* By letter; a small one first, then its capital. */
static const uint64_t (*const classes[26])[4] = {
    ['a' - 'a'] = alphas, ['c' - 'a'] = controls, ['d' - 'a'] = digits, ['g' - 'a'] = graphs,
    ['l' - 'a'] = lowers, ['p' - 'a'] = puncts,   ['s' - 'a'] = spaces, ['u' - 'a'] = uppers,
    ['w' - 'a'] = alnums, ['x' - 'a'] = xdigits,  ['z' - 'a'] = zeros,
};

const uint64_t *clua_class(char letter) {
    unsigned char number = (unsigned char)((letter | 0x20) - 'a');
    if (number >= 26 || classes[number] == NULL) return NULL;
    return classes[number][(letter & 0x20) == 0];
}

static void add_byte(clua_set *set, unsigned char byte) {
    set->bits[byte >> 6] |= UINT64_C(1) << (byte & 63);
}

const char *clua_end_of_set(const char *at, const char *end) {
    if (at < end && *at == '^') at++;
    for (const char *first = at; at < end; at++) {
        if (*at == ']' && at > first) return at;
        if (*at == '%' && at + 1 < end) at++;
    }
    return NULL;
}

void clua_fill_set(clua_set *set, const char *at, const char *stop) {
    bool is_complement = *at == '^';
    *set = (clua_set){0};
    for (at += is_complement; at < stop; at++) {
        if (*at == '%') {
            const uint64_t *class = clua_class(*++at);
            for (int word = 0; class != NULL && word < 4; word++) set->bits[word] |= class[word];
            if (class == NULL) add_byte(set, (unsigned char)*at);
        } else if (at[1] == '-' && at + 2 < stop) {
            for (int byte = (unsigned char)at[0]; byte <= (unsigned char)at[2]; byte++) add_byte(set, (unsigned char)byte);
            at += 2;
        } else {
            add_byte(set, (unsigned char)*at);
        }
    }
    for (int word = 0; is_complement && word < 4; word++) set->bits[word] = ~set->bits[word];
}

size_t clua_count_sets(const char *text, size_t length) {
    size_t count = 0;
    for (const char *at = text; (at = memchr(at, '[', (size_t)(text + length - at))) != NULL; at++) count++;
    return count;
}
