/* string.rep, and the table of the string functions that are ours (manual, section 6.4). */
#include <limits.h>
#include "pattern.h"

/* Repeats the `step` bytes at `bytes` until there are `total`, by copying what is there already; [-0, +0], raises */
static CLUA_RAISES void repeat(lua_State *L, char *bytes, size_t step, size_t total) {
    enum { COPIED_AT_ONCE = 16 << 20 };
    size_t most = step < COPIED_AT_ONCE ? COPIED_AT_ONCE - COPIED_AT_ONCE % step : step;
    for (size_t done = step; done < total;) {
        size_t count = done < most ? done : most;
        if (count > total - done) count = total - done;
        memcpy(bytes + done, bytes, count);
        done += count;
        clua_check_time(L);
    }
}

static CLUA_RAISES int string_rep(lua_State *L) {
    size_t length, separator_length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer count = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &separator_length);
    size_t step = length + separator_length;
    /* Repeating nothing would take its time for as many times as asked. */
    if (count <= 0 || step == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if (step > INT_MAX / (lua_Unsigned)count) return luaL_error(L, "resulting string too large");
    size_t total = step * (size_t)count - separator_length;
    luaL_Buffer out;
    /* The allocator takes a block of 24 * 2^k bytes for the keys of a table; no multiple of 24 is asked for. */
    char *bytes = luaL_buffinitsize(L, &out, total % 24 == 0 ? total + 1 : total);
    memcpy(bytes, text, length);
    if (count > 1) {
        memcpy(bytes + length, separator, separator_length);
        repeat(L, bytes, step, total);
    }
    luaL_pushresultsize(&out, total);
    return 1;
}

CLUA_RAISES void clua_open_strings(lua_State *L) {
    static const luaL_Reg own[] = {
        {"find", clua_string_find}, {"format", clua_string_format}, {"gmatch", clua_string_gmatch},
        {"gsub", clua_string_gsub}, {"match", clua_string_match},   {"rep", string_rep},
        {NULL, NULL},
    };
    luaL_setfuncs(L, own, 0);
}
