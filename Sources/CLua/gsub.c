/* string.gsub (manual, section 6.4). */
#include "pattern.h"

enum { REPLACEMENT = 3 };

/* luaL_addlstring without a call for the few bytes that most additions have; [-0, +0], raises */
static inline CLUA_RAISES void add(luaL_Buffer *out, const char *bytes, size_t length) {
    if (length > 1)
        luaL_addlstring(out, bytes, length);
    else if (length == 1)
        luaL_addchar(out, *bytes);
}

/* Adds the replacement text, with what its '%0'-'%9' stand for; [-0, +0], raises */
static CLUA_RAISES void add_template(clua_match *match, luaL_Buffer *out, const char *text, size_t length) {
    const char *end = text + length;
    for (const char *escape; (escape = memchr(text, '%', (size_t)(end - text))) != NULL; text = escape + 2) {
        CLUA_STEP(match->L, match->steps);
        add(out, text, (size_t)(escape - text));
        char sign = escape[1];
        if (sign == '%') {
            luaL_addchar(out, '%');
        } else if (sign == '0') {
            add(out, match->from, (size_t)(match->to - match->from));
        } else if (sign >= '1' && sign <= '9') {
            size_t count;
            const char *bytes = clua_capture(match, sign - '1', &count);
            if (bytes != NULL)
                add(out, bytes, count);
            else
                luaL_addvalue(out);
        } else {
            luaL_error(match->L, "invalid use of '%c' in replacement string", '%');
        }
    }
    add(out, text, (size_t)(end - text));
}

/* Pushes what the replacement function or table answers for the match; [-0, +1], raises */
static CLUA_RAISES void push_answer(clua_match *match, int type) {
    lua_State *L = match->L;
    if (type == LUA_TFUNCTION) {
        lua_pushvalue(L, REPLACEMENT);
        lua_call(L, clua_push_captures(match, true), 1);
    } else {
        size_t length;
        const char *bytes = clua_capture(match, 0, &length);
        if (bytes != NULL) lua_pushlstring(L, bytes, length);
        lua_gettable(L, REPLACEMENT);
    }
    /* Where the function is one of C, no hook has had a chance. */
    clua_check_time(L);
}

/* Adds what replaces the match; false: the match itself, which is not added. [-0, +0], raises */
static CLUA_RAISES bool add_answer(clua_match *match, luaL_Buffer *out, int type) {
    push_answer(match, type);
    if (!lua_toboolean(match->L, -1)) {
        lua_pop(match->L, 1);
        return false;
    }
    if (!lua_isstring(match->L, -1))
        luaL_error(match->L, "invalid replacement value (a %s)", luaL_typename(match->L, -1));
    luaL_addvalue(out);
    return true;
}

CLUA_RAISES int clua_string_gsub(lua_State *L) {
    size_t length, pattern_length, template_length = 0;
    const char *subject = luaL_checklstring(L, 1, &length);
    const char *text = luaL_checklstring(L, 2, &pattern_length);
    int type = lua_type(L, REPLACEMENT);
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1);
    bool is_template = type == LUA_TSTRING || type == LUA_TNUMBER;
    luaL_argexpected(L, is_template || type == LUA_TTABLE || type == LUA_TFUNCTION, REPLACEMENT, "string/function/table");
    const char *template = is_template ? lua_tolstring(L, REPLACEMENT, &template_length) : NULL;

    clua_pattern_room room;
    clua_pattern pattern;
    clua_read_pattern(L, &pattern, text, pattern_length, true, &room);
    clua_match match;
    clua_start_match(&match, L, &pattern, subject, length);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    const char *at = subject, *copied = subject, *last = NULL;
    bool has_changed = false;
    lua_Integer count = 0;
    while (count < most && clua_search(&match, at, last)) {
        count++;
        add(&out, copied, (size_t)(match.from - copied));
        copied = match.from;
        if (is_template) add_template(&match, &out, template, template_length);
        if (is_template || add_answer(&match, &out, type)) {
            copied = match.to;
            has_changed = true;
        }
        at = last = match.to;
        if (pattern.is_anchored) break;
    }
    if (has_changed) {
        add(&out, copied, (size_t)(match.end - copied));
        luaL_pushresult(&out);
    } else {
        lua_pushvalue(L, 1);
    }
    lua_pushinteger(L, count);
    return 2;
}
