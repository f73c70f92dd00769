/*
** Lua does not tell an empty list from an empty record. Those that come from the host have one of two metatables without
** any metamethod, which say what the table is as long as it is empty.
*/
#include "internal.h"

const char clua_list_key;
const char clua_record_key;

/* Keeps a metatable that scripts cannot reach; [-0, +0], raises */
static CLUA_RAISES void open_mark(lua_State *L, const void *key) {
    lua_createtable(L, 0, 1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

CLUA_RAISES void clua_open_marks(lua_State *L) {
    open_mark(L, &clua_list_key);
    open_mark(L, &clua_record_key);
}

/* Marks the table on top. */
CLUA_RAISES void clua_set_mark(lua_State *L, const void *key) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    lua_setmetatable(L, -2);
}

int clua_mark_of(lua_State *L, int index) {
    if (!lua_checkstack(L, 3) || !lua_getmetatable(L, index)) return CLUA_TAG_TABLE;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_list_key);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_record_key);
    int mark = CLUA_TAG_TABLE;
    if (lua_rawequal(L, -3, -2)) mark = CLUA_TAG_LIST;
    else if (lua_rawequal(L, -3, -1)) mark = CLUA_TAG_RECORD;
    lua_pop(L, 3);
    return mark;
}
