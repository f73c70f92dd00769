/*
** The environment of scripts, built from an allow list into fresh tables, and the base functions that must be ours:
** those that catch errors (a limit must not be caught), load code (text only) or show addresses. Written from the
** manual, section 6.1.
*/
#include "internal.h"

const char clua_modules_key;
const char clua_identities_key;

/* --- Calls that catch errors --------------------------------------------------------------------------------- */

static CLUA_RAISES int finish_call(lua_State *L, int status, lua_KContext skipped) {
    if (clua_host_of(L)->terminated) return clua_leave(L);
    if (status != LUA_OK && status != LUA_YIELD) {
        clua_host_of(L)->traced = NULL;
        clua_name_refusal(L, status);
        lua_pushboolean(L, 0);
        lua_pushvalue(L, -2);
        return 2;
    }
    return lua_gettop(L) - (int)skipped;
}

static CLUA_RAISES int base_pcall(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish_call);
    return finish_call(L, status, 0);
}

/* The message handler that xpcall installs: upvalue 1 is the script's own, which an ended state no longer reaches. */
static CLUA_RAISES int handle_message(lua_State *L) {
    if (clua_host_of(L)->terminated) return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static CLUA_RAISES int base_xpcall(lua_State *L) {
    int arguments = lua_gettop(L) - 2;
    luaL_checktype(L, 2, LUA_TFUNCTION);
    /* A trusted handler sees the same calls as in lua5.4. */
    if (!clua_host_of(L)->is_trusted) {
        lua_pushvalue(L, 2);
        lua_pushcclosure(L, handle_message, 1);
        lua_replace(L, 2);
    }
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2);
    int status = lua_pcallk(L, arguments, LUA_MULTRET, 2, 2, finish_call);
    return finish_call(L, status, 2);
}

/* --- Code ---------------------------------------------------------------------------------------------------- */

/*
** Joins what a reader function answers; [-0, +1]. NULL: the reader failed or answered no text, and nil and an error value
** stand on the stack, in the way of what was joined.
*/
static CLUA_RAISES const char *read_all(lua_State *L, size_t *length) {
    luaL_Buffer text;
    size_t count = 0, limit = clua_host_of(L)->source_limit;
    luaL_buffinit(L, &text);
    for (;;) {
        lua_pushvalue(L, 1);
        int status = lua_pcall(L, 0, 1, 0);
        clua_check_time(L);
        if (status == LUA_OK && !lua_isnil(L, -1) && !lua_isstring(L, -1)) {
            luaL_where(L, 1);
            lua_pushliteral(L, "reader function must return a string");
            lua_concat(L, 2);
            status = LUA_ERRRUN;
        }
        if (status != LUA_OK) {
            clua_host_of(L)->traced = NULL;
            clua_name_refusal(L, status);
            lua_pushnil(L);
            lua_insert(L, -2);
            return NULL;
        }
        size_t part = 0;
        if (lua_tolstring(L, -1, &part) == NULL || part == 0) break;
        count += part;
        luaL_addvalue(&text);
        if (count > limit) {
            lua_pushnil(L);
            break;
        }
    }
    lua_pop(L, 1);
    luaL_pushresult(&text);
    return lua_tolstring(L, -1, length);
}

static CLUA_RAISES int base_load(lua_State *L) {
    size_t length;
    bool has_environment = !lua_isnone(L, 4);
    lua_settop(L, 4);
    const char *mode = luaL_optstring(L, 3, "bt");
    bool is_text = lua_type(L, 1) == LUA_TSTRING;
    if (!is_text) luaL_checktype(L, 1, LUA_TFUNCTION);
    const char *source = is_text ? lua_tolstring(L, 1, &length) : read_all(L, &length);
    if (source == NULL) return 2;
    const char *name = luaL_optstring(L, 2, is_text ? source : "=(load)");
    if (strchr(mode, 't') == NULL) {
        lua_pushnil(L);
        lua_pushfstring(L, "attempt to load a text chunk (mode is '%s')", mode);
        return 2;
    }
    size_t limit = clua_host_of(L)->source_limit;
    if (length > limit) {
        lua_pushnil(L);
        lua_pushfstring(L, "the source has more than the %I bytes that are allowed", (LUAI_UACINT)limit);
        return 2;
    }
    int status = luaL_loadbufferx(L, source, length, name, "t");
    if (clua_host_of(L)->terminated) return clua_leave(L);
    if (status != LUA_OK) {
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
    }
    if (has_environment) {
        lua_pushvalue(L, 4);
        if (lua_setupvalue(L, -2, 1) == NULL) lua_pop(L, 1);
    }
    return 1;
}

/* --- Values as text -------------------------------------------------------------------------------------------- */

/* "table: 1": a number per object and state instead of its address; [-0, +1] */
static CLUA_RAISES void push_identity(lua_State *L, int index) {
    clua_host *host = clua_host_of(L);
    const char *kind = luaL_typename(L, index);
    int type = luaL_getmetafield(L, index, "__name");
    if (type == LUA_TSTRING) kind = lua_tostring(L, -1);
    if (type == LUA_TNIL) lua_pushnil(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_identities_key);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushinteger(L, ++host->next_identity);
        lua_pushvalue(L, index);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    lua_pushfstring(L, "%s: %I", kind, (LUAI_UACINT)lua_tointeger(L, -1));
    lua_rotate(L, -4, 1);
    lua_pop(L, 3);
}

CLUA_RAISES const char *clua_tostring(lua_State *L, int index, size_t *length) {
    index = lua_absindex(L, index);
    luaL_checkstack(L, 8, NULL);
    int type = lua_type(L, index);
    bool is_plain = type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER || type == LUA_TSTRING;
    if (clua_host_of(L)->is_trusted && lua_touserdata(L, index) != CLUA_NULL) {
        luaL_tolstring(L, index, NULL);
    } else if (type == LUA_TLIGHTUSERDATA) {
        lua_pushstring(L, lua_touserdata(L, index) == CLUA_NULL ? "null" : "userdata");
    } else if (is_plain || luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
        if (!is_plain) lua_pop(L, 1);
        luaL_tolstring(L, index, NULL);
    } else {
        push_identity(L, index);
    }
    return lua_tolstring(L, -1, length);
}

static CLUA_RAISES int base_tostring(lua_State *L) {
    luaL_checkany(L, 1);
    clua_tostring(L, 1, NULL);
    return 1;
}

static CLUA_RAISES int base_print(lua_State *L) {
    clua_host *host = clua_host_of(L);
    int count = lua_gettop(L);
    luaL_Buffer line;
    luaL_buffinit(L, &line);
    for (int index = 1; index <= count; index++) {
        if (index > 1) luaL_addchar(&line, '\t');
        clua_tostring(L, index, NULL);
        luaL_addvalue(&line);
    }
    luaL_pushresult(&line);
    size_t length;
    const char *bytes = lua_tolstring(L, -1, &length);
    if (!host->callbacks.print(host->context, bytes, length)) return luaL_error(L, "the script has printed too much");
    return 0;
}

/* --- Tables ------------------------------------------------------------------------------------------------------ */

/* A finalizer runs with hooks off, so that no limit could end it: scripts have none. */
static CLUA_RAISES int base_setmetatable(lua_State *L) {
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    /* A mark may be replaced: it only says what an empty table of the host's is. */
    if (clua_mark_of(L, 1) == CLUA_TAG_TABLE && luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "cannot change a protected metatable");
    if (type == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "a script cannot have finalizers ('__gc'); use a '<close>' variable");
        lua_pushliteral(L, "__mode");
        if (lua_rawget(L, 2) != LUA_TNIL && clua_host_of(L)->is_deterministic)
            return luaL_error(L, "a table cannot be weak ('__mode') here: what is in it would differ from run to run");
        /* Lua 5.4.4 keeps a pointer into a metatable across a collection that may clear it. */
        if (luaL_getmetafield(L, 2, "__mode") != LUA_TNIL) return luaL_error(L, "a metatable cannot be a weak table ('__mode')");
    }
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

/* --- The environment --------------------------------------------------------------------------------------------- */

static const char *const base_names[] = {
    "assert", "error",  "getmetatable", "ipairs", "next",     "pairs", "rawequal", "rawget",
    "rawlen", "rawset", "select",       "type",   "tonumber", "_VERSION", NULL,
};
static const char *const string_names[] = {
    "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "pack", "packsize", "rep", "reverse",
    "sub", "unpack", "upper", NULL,
};
static const char *const math_names[] = {
    "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max", "maxinteger",
    "min", "mininteger", "modf", "pi", "rad", "random", "randomseed", "sin", "sqrt", "tan", "tointeger", "type", "ult",
    NULL,
};
static const char *const utf8_names[] = {"char", "charpattern", "codepoint", "codes", "len", "offset", NULL};

/* Copies the named members of the table on top into the one below it; [-1, +0] */
static CLUA_RAISES void copy_members(lua_State *L, const char *const names[]) {
    for (; *names != NULL; names++) {
        lua_getfield(L, -1, *names);
        lua_setfield(L, -3, *names);
    }
    lua_pop(L, 1);
}

/* Notes a table where Lua looks for the names of functions in messages; [-0, +0] */
static CLUA_RAISES void name_members(lua_State *L, const char *name) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

/* Sets a fresh copy of a library as a member of the environment on top; [-0, +0] */
static CLUA_RAISES void add_library(lua_State *L, const char *name, lua_CFunction open, const char *const names[]) {
    lua_newtable(L);
    luaL_requiref(L, name, open, 0);
    copy_members(L, names);
    name_members(L, name);
    lua_setfield(L, -2, name);
}

CLUA_RAISES void clua_open_catching(lua_State *L) {
    static const luaL_Reg own[] = {{"pcall", base_pcall}, {"print", base_print}, {"xpcall", base_xpcall}, {NULL, NULL}};
    luaL_setfuncs(L, own, 0);
}

CLUA_RAISES void clua_open_environment(lua_State *L) {
    static const luaL_Reg own[] = {
        {"load", base_load},           {"pcall", base_pcall},     {"print", base_print},       {"require", clua_require},
        {"setmetatable", base_setmetatable}, {"tostring", base_tostring}, {"xpcall", base_xpcall}, {NULL, NULL},
    };
    lua_newtable(L);
    luaL_requiref(L, "_G", luaopen_base, 0);
    copy_members(L, base_names);
    luaL_setfuncs(L, own, 0);
    add_library(L, "string", luaopen_string, string_names);
    clua_open_table(L);
    name_members(L, "table");
    lua_setfield(L, -2, "table");
    add_library(L, "math", luaopen_math, math_names);
    add_library(L, "utf8", luaopen_utf8, utf8_names);
    clua_open_coroutine(L);
    name_members(L, "coroutine");
    lua_setfield(L, -2, "coroutine");
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "_G");
    name_members(L, "_G");

    lua_getfield(L, -1, "string");
    clua_open_strings(L);
    /* The metatable of strings finds the script's own copy, and is out of its reach. */
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 3);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);

    lua_newtable(L);
    for (const char *const *name = (const char *const[]){"string", "table", "math", "utf8", "coroutine", NULL}; *name; name++) {
        lua_getglobal(L, *name);
        lua_setfield(L, -2, *name);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_modules_key);

    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_identities_key);
}
