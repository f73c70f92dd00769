/* Reads patterns into nodes. What is malformed becomes a node too: it matters only once a match gets there. */
#include "pattern.h"

typedef struct reader {
    const char *at, *end;
    clua_node *first, *node; /* the next one to be written */
    clua_set *set;
    clua_pattern *pattern;
    uint32_t open;   /* a bit for each capture that is open here */
} reader;

/* Ends the nodes with what is wrong. */
static bool fail(reader *r, const char *text, int index) {
    *r->node++ = (clua_node){.operation = CLUA_PROBLEM, .text = text, .index = (uint8_t)index};
    return false;
}

/* Reads the set that begins at `at`. */
static bool read_set(reader *r, clua_node *node) {
    const char *stop = clua_end_of_set(r->at + 1, r->end);
    if (stop == NULL) return fail(r, "malformed pattern (missing ']')", 0);
    clua_fill_set(r->set, r->at + 1, stop);
    node->item = CLUA_SET;
    node->bits = r->set++->bits;
    r->at = stop + 1;
    return true;
}

static bool read_open(reader *r) {
    bool is_position = r->at[1] == ')';
    if (r->pattern->captures == CLUA_MAX_CAPTURES) return fail(r, "too many captures", 0);
    int index = r->pattern->captures++;
    if (!is_position) r->open |= UINT32_C(1) << index;
    *r->node++ = (clua_node){.operation = is_position ? CLUA_POSITION : CLUA_OPEN, .index = (uint8_t)index};
    r->at += 1 + is_position;
    return true;
}

/* A ')' closes the capture that was opened last. */
static bool read_close(reader *r) {
    if (r->open == 0) return fail(r, "invalid pattern capture", 0);
    int index = 31 - __builtin_clz(r->open);
    r->open &= ~(UINT32_C(1) << index);
    *r->node++ = (clua_node){.operation = CLUA_CLOSE, .index = (uint8_t)index};
    r->at++;
    return true;
}

static bool read_reference(reader *r) {
    int index = r->at[1] - '1';
    if (index < 0 || index >= r->pattern->captures || r->open >> index & 1)
        return fail(r, "invalid capture index %%%d", index + 1);
    *r->node++ = (clua_node){.operation = CLUA_AGAIN, .index = (uint8_t)index};
    r->at += 2;
    return true;
}

static bool read_balanced(reader *r) {
    if (r->end - r->at < 4) return fail(r, "malformed pattern (missing arguments to '%%b')", 0);
    *r->node++ = (clua_node){.operation = CLUA_BALANCED, .text = r->at + 2};
    r->at += 4;
    return true;
}

static bool read_frontier(reader *r) {
    r->at += 2;
    if (*r->at != '[') return fail(r, "missing '[' after '%%f' in pattern", 0);
    clua_node node = {.operation = CLUA_FRONTIER};
    if (!read_set(r, &node)) return false;
    *r->node++ = node;
    return true;
}

/* Adds a character to the text before it, if it continues that. */
static void add_text(reader *r, const char *byte) {
    clua_node *last = r->node - 1;
    if (r->node > r->first && last->operation == CLUA_TEXT && last->text + last->length == byte && last->length < UINT32_MAX)
        last->length++;
    else
        *r->node++ = (clua_node){.operation = CLUA_TEXT, .text = byte, .length = 1};
}

/* A single character, class or set, and how often it is repeated. */
static bool read_item(reader *r) {
    clua_node node = {.operation = CLUA_ONE, .item = CLUA_BYTE};
    const char *byte = r->at;
    if (*byte == '[') {
        if (!read_set(r, &node)) return false;
    } else if (*byte == '%') {
        if (++byte == r->end) return fail(r, "malformed pattern (ends with '%%')", 0);
        node.bits = clua_class(*byte);
        if (node.bits != NULL) node.item = CLUA_SET;
        r->at += 2;
    } else {
        if (*byte == '.') node.item = CLUA_ANY;
        r->at++;
    }
    switch (r->at < r->end ? *r->at : 0) {
    case '*': node.operation = CLUA_STAR; break;
    case '+': node.operation = CLUA_PLUS; break;
    case '-': node.operation = CLUA_LAZY; break;
    case '?': node.operation = CLUA_OPTION; break;
    }
    if (node.operation != CLUA_ONE) r->at++;
    node.byte = (uint8_t)*byte;
    if (node.operation == CLUA_ONE && node.item == CLUA_BYTE)
        add_text(r, byte);
    else
        *r->node++ = node;
    return true;
}

static bool read_node(reader *r) {
    switch (*r->at) {
    case '(': return read_open(r);
    case ')': return read_close(r);
    case '$':
        if (r->at + 1 < r->end) return read_item(r);
        r->at++;
        *r->node++ = (clua_node){.operation = CLUA_FINISH};
        return true;
    case '%':
        switch (r->at[1]) {
        case 'b': return read_balanced(r);
        case 'f': return read_frontier(r);
        case '0' ... '9': return read_reference(r);
        default: return read_item(r);
        }
    default: return read_item(r);
    }
}

/* What the characters that can come at some place have in common; neither byte nor bits: nothing. */
typedef struct lead {
    int byte; /* or -1 */
    const uint64_t *bits;
    bool is_end; /* nothing that is looked at follows, or the end of the subject */
} lead;

static bool is_final(const clua_node *node, const lead *after) {
    if (after->is_end) return true;
    if (after->byte >= 0) return !clua_fits(node, (unsigned char)after->byte);
    if (after->bits == NULL || node->item == CLUA_ANY) return false;
    if (node->item == CLUA_BYTE) return !clua_has(after->bits, node->byte);
    uint64_t common = 0;
    for (int word = 0; word < 4; word++) common |= after->bits[word] & node->bits[word];
    return common == 0;
}

static lead lead_of(const clua_node *node) {
    switch (node->operation) {
    case CLUA_TEXT:
    case CLUA_BALANCED: return (lead){.byte = (unsigned char)*node->text};
    case CLUA_ONE:
    case CLUA_PLUS:
        if (node->item == CLUA_BYTE) return (lead){.byte = node->byte};
        return (lead){.byte = -1, .bits = node->item == CLUA_SET ? node->bits : NULL};
    case CLUA_MATCHED:
    case CLUA_FINISH: return (lead){.byte = -1, .is_end = true};
    default: return (lead){.byte = -1};
    }
}

/* Notes what must follow each repetition, and where a match can begin: backwards, from each node to the one before. */
static void look_ahead(clua_pattern *pattern, clua_node *first, clua_node *node) {
    lead after = {.byte = -1};
    while (node-- > first) {
        switch (node->operation) {
        case CLUA_OPEN:
        case CLUA_CLOSE:
        case CLUA_POSITION: continue;
        case CLUA_STAR:
        case CLUA_PLUS:
        case CLUA_LAZY:
        case CLUA_OPTION:
            node->next = (int16_t)after.byte;
            node->is_final = is_final(node, &after);
        }
        after = lead_of(node);
    }
    pattern->first_byte = after.byte;
    pattern->first_bits = after.bits;
}

CLUA_RAISES void clua_read_pattern_into(
    lua_State *L, clua_pattern *pattern, const char *text, size_t length, bool has_anchor, clua_node *nodes, clua_set *sets) {
    bool is_anchored = has_anchor && *text == '^';
    *pattern = (clua_pattern){.nodes = nodes, .is_anchored = is_anchored};
    reader r = {text + is_anchored, text + length, nodes, nodes, sets, pattern, 0};
    unsigned steps = 0;
    bool is_sound = true;
    while (is_sound && r.at < r.end) {
        CLUA_STEP(L, steps);
        is_sound = read_node(&r);
    }
    if (is_sound) *r.node++ = (clua_node){.operation = CLUA_MATCHED};
    pattern->unfinished = r.open;
    look_ahead(pattern, nodes, r.node);
}

CLUA_RAISES void clua_read_pattern(
    lua_State *L, clua_pattern *pattern, const char *text, size_t length, bool has_anchor, clua_pattern_room *room) {
    if (length <= CLUA_SHORT_PATTERN) {
        clua_read_pattern_into(L, pattern, text, length, has_anchor, room->nodes, room->sets);
        return;
    }
    size_t sets = clua_count_sets(text, length) * sizeof(clua_set);
    char *block = lua_newuserdatauv(L, sets + (length + 2) * sizeof(clua_node), 0);
    clua_read_pattern_into(L, pattern, text, length, has_anchor, (clua_node *)(block + sets), (clua_set *)block);
}
