/*
** Patterns of Lua (manual, section 6.4.1). A pattern is first read into a list of nodes, so that sets become bit maps and
** runs of plain characters one comparison; the matcher then walks the nodes. Captures open and close in the order of
** the nodes, whatever is matched: which are open where, and whether a reference is valid, is known from the pattern.
*/
#ifndef CLUA_PATTERN_H
#define CLUA_PATTERN_H

#include "internal.h"

enum { CLUA_MAX_CAPTURES = 32, CLUA_MAX_DEPTH = 200 };

typedef struct clua_set {
    uint64_t bits[4];
} clua_set;

static inline bool clua_has(const uint64_t *bits, unsigned char byte) {
    return bits[byte >> 6] >> (byte & 63) & 1;
}

enum clua_operation {
    CLUA_TEXT,     /* `length` bytes at `text` */
    CLUA_ONE,      /* one character of the item */
    CLUA_STAR,     /* the item, as often as possible */
    CLUA_PLUS,
    CLUA_LAZY,     /* the item, as rarely as possible */
    CLUA_OPTION,
    CLUA_OPEN,     /* capture `index` begins */
    CLUA_CLOSE,
    CLUA_POSITION, /* capture `index` is the position */
    CLUA_AGAIN,    /* what capture `index` matched */
    CLUA_BALANCED, /* from `text[0]` to `text[1]` */
    CLUA_FRONTIER, /* into `bits` */
    CLUA_FINISH,   /* the end of the subject */
    CLUA_MATCHED,
    CLUA_PROBLEM,  /* the pattern is malformed here: `text` says how, with `index` */
};

/* What single characters an item stands for. */
enum clua_item { CLUA_BYTE, CLUA_ANY, CLUA_SET };

typedef struct clua_node {
    uint8_t operation;
    uint8_t item;
    uint8_t byte; /* of CLUA_BYTE */
    uint8_t index;
    int16_t next;  /* of a repetition: the byte that must follow, or -1 */
    bool is_final; /* of a repetition: no shorter run can lead to a match, */
    uint32_t length;
    union {
        const char *text;
        const uint64_t *bits;
    };
} clua_node;

/* Whether the byte is one that the node's item stands for. */
static inline bool clua_fits(const clua_node *node, unsigned char byte) {
    switch (node->item) {
    case CLUA_BYTE: return byte == node->byte;
    case CLUA_SET: return clua_has(node->bits, byte);
    default: return true;
    }
}

typedef struct clua_pattern {
    const clua_node *nodes;
    int captures;
    uint32_t unfinished; /* a bit for each capture that is never closed */
    bool is_anchored;
    /* Where a match can begin: at this byte, or in this set; -1 and NULL: anywhere. */
    int first_byte;
    const uint64_t *first_bits;
} clua_pattern;

/* Room for the nodes and sets of short patterns; longer ones live in a userdata. */
enum { CLUA_SHORT_PATTERN = 30, CLUA_SHORT_NODES = CLUA_SHORT_PATTERN + 2, CLUA_SHORT_SETS = CLUA_SHORT_PATTERN / 2 };

typedef struct clua_pattern_room {
    clua_node nodes[CLUA_SHORT_NODES];
    clua_set sets[CLUA_SHORT_SETS];
} clua_pattern_room;

/* pattern.c */

/* Reads a pattern; the nodes point into its text. A long one gets a userdata: [-0, +(0|1)], raises */
void clua_read_pattern(
    lua_State *L, clua_pattern *pattern, const char *text, size_t length, bool has_anchor, clua_pattern_room *room);
/* The same into room for a node more than the text has bytes, and for clua_count_sets; [-0, +0], raises */
void clua_read_pattern_into(
    lua_State *L, clua_pattern *pattern, const char *text, size_t length, bool has_anchor, clua_node *nodes, clua_set *sets);

/* set.c */

/* The set of a class letter, NULL for any other character. */
const uint64_t *clua_class(char letter);
/* The ']' that closes the set whose '[' is just before `at`, or NULL; a ']' that comes first is one of the set. */
const char *clua_end_of_set(const char *at, const char *end);
/* Reads the set from after its '[' up to its ']'. */
void clua_fill_set(clua_set *set, const char *at, const char *stop);
/* How many sets a pattern can have. */
size_t clua_count_sets(const char *text, size_t length);

/* match.c */

typedef struct clua_match {
    lua_State *L;
    const clua_pattern *pattern;
    const char *subject, *end;
    unsigned steps;
    const char *from, *to; /* the match */
    struct {
        const char *from, *to; /* `to` is NULL for a position */
    } captures[CLUA_MAX_CAPTURES];
} clua_match;

static inline void clua_start_match(
    clua_match *match, lua_State *L, const clua_pattern *pattern, const char *subject, size_t length) {
    match->L = L;
    match->pattern = pattern;
    match->subject = subject;
    match->end = subject + length;
    match->steps = 0;
}

/* Searches from `at` for a match that does not end at `refused`; [-0, +0], raises */
bool clua_search(clua_match *match, const char *at, const char *refused);
/* A capture's bytes, or NULL for a position that is pushed; the match itself is capture 0 where there is none; [-0, +(0|1)], raises */
const char *clua_capture(clua_match *match, int index, size_t *length);
/* Pushes all captures, or the whole match where there are none and `or_whole`; answers how many; [-0, +n], raises */
int clua_push_captures(clua_match *match, bool or_whole);

/* find.c, gsub.c, format.c */
int clua_string_find(lua_State *L);
int clua_string_match(lua_State *L);
int clua_string_gmatch(lua_State *L);
int clua_string_gsub(lua_State *L);
int clua_string_format(lua_State *L);

#endif
