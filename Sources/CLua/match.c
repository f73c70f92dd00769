/*
** Walks the nodes of a pattern along a subject. Only a repetition that may have to give characters back recurses. Every
** node, every character that is tried again and every run counts as steps towards the next look at the clock.
*/
#include "pattern.h"

/* Counts the steps of a run at once. */
#define COUNT_RUN(match, length) \
    do { \
        if (__builtin_expect(((match)->steps += (unsigned)((length) >> 4)) >= CLUA_STEPS, 0)) { \
            (match)->steps = 0; \
            clua_check_time((match)->L); \
        } \
    } while (0)

/* Where the run of characters that fit the item ends. */
static inline const char *end_of_run(const clua_node *node, const char *at, const char *end) {
    switch (node->item) {
    case CLUA_BYTE:
        while (at < end && (unsigned char)*at == node->byte) at++;
        return at;
    case CLUA_SET: {
        const uint64_t *bits = node->bits;
        while (at < end && clua_has(bits, (unsigned char)*at)) at++;
        return at;
    }
    default: return end;
    }
}

static inline bool starts_with(const char *at, const char *end, const char *text, size_t length) {
    return (size_t)(end - at) >= length && *at == *text && (length == 1 || memcmp(at, text, length) == 0);
}

/* The end of the balanced text that begins at `at`, or NULL. */
static const char *end_of_balanced(const char *at, const char *end, char open, char close) {
    if (at == end || *at != open) return NULL;
    size_t depth = 1;
    while (++at < end) {
        if (*at == close) {
            if (--depth == 0) return at + 1;
        } else if (*at == open) {
            depth++;
        }
    }
    return NULL;
}

static bool is_frontier(const clua_match *match, const uint64_t *bits, const char *at) {
    unsigned char before = at > match->subject ? (unsigned char)at[-1] : 0;
    unsigned char after = at < match->end ? (unsigned char)*at : 0;
    return !clua_has(bits, before) && clua_has(bits, after);
}

static const char *walk(clua_match *match, const clua_node *node, const char *at, int depth);

/* The match of what follows a repetition, from the longest run down to the shortest; [-0, +0], raises */
static CLUA_RAISES const char *walk_greedy(clua_match *match, const clua_node *node, const char *least, const char *stop, int depth) {
    int next = node->next;
    for (; stop >= least; stop--) {
        CLUA_STEP(match->L, match->steps);
        if (next >= 0 && (stop == match->end || (unsigned char)*stop != next)) continue;
        const char *to = walk(match, node + 1, stop, depth + 1);
        if (to != NULL) return to;
    }
    return NULL;
}

/* Takes as few characters as possible; [-0, +0], raises */
static CLUA_RAISES const char *walk_lazy(clua_match *match, const clua_node *node, const char *at, int depth) {
    int next = node->next;
    for (;; at++) {
        CLUA_STEP(match->L, match->steps);
        if (next < 0 || (at < match->end && (unsigned char)*at == next)) {
            const char *to = walk(match, node + 1, at, depth + 1);
            if (to != NULL) return to;
        }
        if (at == match->end || !clua_fits(node, (unsigned char)*at)) return NULL;
    }
}

/* What the capture has matched must follow again; [-0, +0], raises */
static CLUA_RAISES const char *walk_again(clua_match *match, int index, const char *at) {
    const char *text = match->captures[index].from, *to = match->captures[index].to;
    if (to == NULL) return NULL;
    COUNT_RUN(match, to - text);
    if ((size_t)(match->end - at) < (size_t)(to - text) || memcmp(at, text, (size_t)(to - text)) != 0) return NULL;
    return at + (to - text);
}

/* The end of the match of the nodes from `node` on at `at`, or NULL; [-0, +0], raises */
static CLUA_RAISES const char *walk(clua_match *match, const clua_node *node, const char *at, int depth) {
    for (;; node++) {
        CLUA_STEP(match->L, match->steps);
        if (__builtin_expect(depth > CLUA_MAX_DEPTH, 0)) luaL_error(match->L, "pattern too complex");
        switch (node->operation) {
        case CLUA_TEXT:
            COUNT_RUN(match, node->length);
            if (!starts_with(at, match->end, node->text, node->length)) return NULL;
            at += node->length;
            break;
        case CLUA_ONE:
            if (at == match->end || !clua_fits(node, (unsigned char)*at)) return NULL;
            at++;
            break;
        case CLUA_STAR:
        case CLUA_PLUS: {
            const char *least = at + (node->operation == CLUA_PLUS), *stop = end_of_run(node, at, match->end);
            COUNT_RUN(match, stop - at);
            if (stop < least) return NULL;
            if (stop == at) break;
            if (!node->is_final) return walk_greedy(match, node, least, stop, depth);
            at = stop;
            depth++;
            break;
        }
        case CLUA_LAZY:
            if (at == match->end || !clua_fits(node, (unsigned char)*at)) break;
            return walk_lazy(match, node, at, depth);
        case CLUA_OPTION:
            if (at == match->end || !clua_fits(node, (unsigned char)*at)) break;
            if (!node->is_final) {
                const char *to = walk(match, node + 1, at + 1, depth + 1);
                if (to != NULL) return to;
                break;
            }
            at++;
            depth++;
            break;
        case CLUA_OPEN:
            match->captures[node->index].from = at;
            depth++;
            break;
        case CLUA_CLOSE:
            match->captures[node->index].to = at;
            depth++;
            break;
        case CLUA_POSITION:
            match->captures[node->index].from = at;
            match->captures[node->index].to = NULL;
            depth++;
            break;
        case CLUA_AGAIN:
            at = walk_again(match, node->index, at);
            if (at == NULL) return NULL;
            break;
        case CLUA_BALANCED: {
            const char *to = end_of_balanced(at, match->end, node->text[0], node->text[1]);
            COUNT_RUN(match, (to != NULL ? to : match->end) - at);
            if (to == NULL) return NULL;
            at = to;
            break;
        }
        case CLUA_FRONTIER:
            if (!is_frontier(match, node->bits, at)) return NULL;
            break;
        case CLUA_FINISH:
            if (at != match->end) return NULL;
            break;
        case CLUA_PROBLEM: luaL_error(match->L, node->text, node->index); break;
        default: return at;
        }
    }
}

/* The next place where a match can begin, or NULL. */
static inline const char *next_start(const clua_match *match, const char *at) {
    const clua_pattern *pattern = match->pattern;
    if (pattern->first_byte >= 0) return memchr(at, pattern->first_byte, (size_t)(match->end - at));
    if (pattern->first_bits == NULL) return at;
    while (at < match->end && !clua_has(pattern->first_bits, (unsigned char)*at)) at++;
    return at < match->end ? at : NULL;
}

CLUA_RAISES bool clua_search(clua_match *match, const char *at, const char *refused) {
    bool is_anchored = match->pattern->is_anchored;
    for (;; at++) {
        CLUA_STEP(match->L, match->steps);
        if (!is_anchored && (at = next_start(match, at)) == NULL) return false;
        const char *to = walk(match, match->pattern->nodes, at, 1);
        if (to != NULL && to != refused) {
            match->from = at;
            match->to = to;
            return true;
        }
        if (is_anchored || at == match->end) return false;
    }
}

/* --- Captures ---------------------------------------------------------------------------------------------------- */

CLUA_RAISES const char *clua_capture(clua_match *match, int index, size_t *length) {
    const clua_pattern *pattern = match->pattern;
    const char *from = match->from, *to = match->to;
    if (index < pattern->captures) {
        if (pattern->unfinished >> index & 1) luaL_error(match->L, "unfinished capture");
        from = match->captures[index].from;
        to = match->captures[index].to;
        if (to == NULL) {
            lua_pushinteger(match->L, from - match->subject + 1);
            return NULL;
        }
    } else if (index != 0) {
        luaL_error(match->L, "invalid capture index %%%d", index + 1);
    }
    *length = (size_t)(to - from);
    return from;
}

CLUA_RAISES int clua_push_captures(clua_match *match, bool or_whole) {
    int count = match->pattern->captures;
    if (count == 0 && or_whole) count = 1;
    /* A few fit into what every C function has. */
    if (count > LUA_MINSTACK / 2) luaL_checkstack(match->L, count, "too many captures");
    for (int index = 0; index < count; index++) {
        size_t length;
        const char *bytes = clua_capture(match, index, &length);
        if (bytes != NULL) lua_pushlstring(match->L, bytes, length);
    }
    return count;
}
