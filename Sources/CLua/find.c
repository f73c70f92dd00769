/* string.find, string.match and string.gmatch (manual, section 6.4). */
#include "pattern.h"

/* The offset that a script's position means: from 0; one past the end and more for none. */
static size_t offset_of(lua_Integer position, size_t length) {
    if (position > 0) return (size_t)position - 1;
    if (position == 0 || (lua_Unsigned)0 - (lua_Unsigned)position > length) return 0;
    return length - (size_t)((lua_Unsigned)0 - (lua_Unsigned)position);
}

/* Whether the pattern has a character with a meaning, or the one that is given: string.find takes a lone ')' for itself. */
static bool has_specials(const char *pattern, size_t length, char other) {
    static const uint64_t specials[4] = {0x80006D3000000000, 0x48000000, 0, 0}; /* ^$*+?.([%- */
    for (size_t i = 0; i < length; i++)
        if (clua_has(specials, (unsigned char)pattern[i]) || pattern[i] == other) return true;
    return false;
}

/* Where the text first occurs, or NULL; [-0, +0], raises */
static CLUA_RAISES const char *find_text(lua_State *L, const char *at, const char *end, const char *text, size_t length) {
    unsigned steps = 0;
    if (length == 0) return at;
    while ((size_t)(end - at) >= length) {
        at = memchr(at, *text, (size_t)(end - at) - length + 1);
        if (at == NULL || memcmp(at, text, length) == 0) return at;
        steps += (unsigned)(length >> 6);
        CLUA_STEP(L, steps);
        at++;
    }
    return NULL;
}

/* [-0, +results], raises */
static CLUA_RAISES int push_range(lua_State *L, const char *subject, const char *from, const char *to) {
    lua_pushinteger(L, from - subject + 1);
    lua_pushinteger(L, to - subject);
    return 2;
}

static CLUA_RAISES int search_once(lua_State *L, bool is_find) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *text = luaL_checklstring(L, 2, &pattern_length);
    size_t offset = offset_of(luaL_optinteger(L, 3, 1), length);
    if (offset > length) {
        lua_pushnil(L);
        return 1;
    }
    bool is_text = (is_find && lua_toboolean(L, 4)) || !has_specials(text, pattern_length, is_find ? '(' : ')');
    if (is_text) {
        const char *at = find_text(L, subject + offset, subject + length, text, pattern_length);
        if (at != NULL && is_find) return push_range(L, subject, at, at + pattern_length);
        if (at != NULL)
            lua_pushvalue(L, 2);
        else
            lua_pushnil(L);
        return 1;
    }
    clua_pattern_room room;
    clua_pattern pattern;
    clua_read_pattern(L, &pattern, text, pattern_length, true, &room);
    clua_match match;
    clua_start_match(&match, L, &pattern, subject, length);
    if (!clua_search(&match, subject + offset, NULL)) {
        lua_pushnil(L);
        return 1;
    }
    if (!is_find) return clua_push_captures(&match, true);
    return push_range(L, subject, match.from, match.to) + clua_push_captures(&match, false);
}

CLUA_RAISES int clua_string_find(lua_State *L) {
    return search_once(L, true);
}

CLUA_RAISES int clua_string_match(lua_State *L) {
    return search_once(L, false);
}

/* --- gmatch ------------------------------------------------------------------------------------------------------ */

/* In a userdata with room for the pattern after it; the subject and the pattern's text are upvalues 1 and 2. */
typedef struct iteration {
    clua_pattern pattern;
    const char *subject, *end, *at;
    const char *last; /* the end of the last match */
} iteration;

static CLUA_RAISES int next_match(lua_State *L) {
    iteration *state = lua_touserdata(L, lua_upvalueindex(3));
    clua_match match;
    if (state->at == NULL) return 0;
    clua_start_match(&match, L, &state->pattern, state->subject, (size_t)(state->end - state->subject));
    if (!clua_search(&match, state->at, state->last)) {
        state->at = NULL;
        return 0;
    }
    state->at = state->last = match.to;
    return clua_push_captures(&match, true);
}

CLUA_RAISES int clua_string_gmatch(lua_State *L) {
    size_t length, pattern_length;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *text = luaL_checklstring(L, 2, &pattern_length);
    size_t offset = offset_of(luaL_optinteger(L, 3, 1), length);
    lua_settop(L, 2);
    size_t sets = clua_count_sets(text, pattern_length) * sizeof(clua_set);
    char *block = lua_newuserdatauv(L, sizeof(iteration) + sets + (pattern_length + 2) * sizeof(clua_node), 0);
    iteration *state = (iteration *)block;
    block += sizeof(iteration);
    *state = (iteration){.subject = subject, .end = subject + length};
    if (offset <= length) state->at = subject + offset;
    clua_read_pattern_into(L, &state->pattern, text, pattern_length, false, (clua_node *)(block + sets), (clua_set *)block);
    lua_pushcclosure(L, next_match, 3);
    return 1;
}
