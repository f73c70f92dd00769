/*
** The environment of trusted scripts: all of the standard library. What replaces its functions shows scripts nothing
** else: those that catch errors let no limit be caught, coroutines let waits through, patterns ask for the time.
*/
#include <stdio.h>
#include "pattern.h"

/* Warnings as the lua5.4 program has them (manual, section 6.1, `warn`): off at first, to the standard error. */
static void warn(void *context, const char *message, int is_continued) {
    clua_host *host = context;
    bool is_whole = !host->is_warning && !is_continued;
    if (is_whole && *message == '@') {
        if (strcmp(message, "@on") == 0) host->warns = true;
        if (strcmp(message, "@off") == 0) host->warns = false;
        return;
    }
    if (host->warns) {
        fprintf(stderr, "%s%s%s", host->is_warning ? "" : "Lua warning: ", message, is_continued ? "" : "\n");
        fflush(stderr);
    }
    host->is_warning = is_continued;
}

/* Sets the functions of a list in a library that is there; [-0, +0], raises */
static CLUA_RAISES void replace(lua_State *L, const char *library, const luaL_Reg functions[]) {
    lua_getglobal(L, library);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}

/* Moves the coroutine functions that are ours into Lua's own table; [-0, +0], raises */
static CLUA_RAISES void replace_coroutine(lua_State *L) {
    lua_getglobal(L, "coroutine");
    clua_open_coroutine(L);
    for (lua_pushnil(L); lua_next(L, -2);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -5);
    }
    lua_pop(L, 2);
}

CLUA_RAISES void clua_open_trusted_environment(lua_State *L) {
    static const luaL_Reg patterns[] = {
        {"find", clua_string_find}, {"gmatch", clua_string_gmatch}, {"gsub", clua_string_gsub},
        {"match", clua_string_match}, {NULL, NULL},
    };
    luaL_openlibs(L);
    lua_pushglobaltable(L);
    clua_open_catching(L);
    lua_pop(L, 1);
    replace_coroutine(L);
    replace(L, "string", patterns);
    /* What the host adds is what Lua's own `require` answers. */
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &clua_modules_key);
    lua_setwarnf(L, warn, clua_host_of(L));
    /* The collector's mode in the lua5.4 program. */
    lua_gc(L, LUA_GCGEN, 0, 0);
}
