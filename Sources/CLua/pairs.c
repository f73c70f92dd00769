/*
** `pairs` of a deterministic state (manual, section 6.1): as Lua's own, in an order that is the same in every process. The
** elements 1 2 3 … are found in place, as `ipairs` finds them; the other keys are put in order when they are reached, once
** in a traversal.
*/
#include "order.h"

int clua_count_on(lua_State *L) {
    int is_count = 1;
    lua_Integer key = lua_isnil(L, 2) ? 0 : lua_tointegerx(L, 2, &is_count);
    bool is_key = lua_isnil(L, 2) || (lua_type(L, 2) == LUA_TNUMBER && is_count && key > 0 && key < LUA_MAXINTEGER);
    if (!is_key) return 0;
    lua_pushinteger(L, key + 1);
    if (lua_rawgeti(L, 1, key + 1) != LUA_TNIL) return 2;
    lua_pop(L, 2);
    return 0;
}

/* The iterator of one loop: upvalue 1 is its traversal, once it has begun. */
static CLUA_RAISES int iterate(lua_State *L) {
    if (lua_type(L, 1) != LUA_TTABLE) luaL_checktype(L, 1, LUA_TTABLE);
    int own = lua_upvalueindex(1);
    if (lua_touserdata(L, own) == NULL) {
        /* The usual list: nothing but what `ipairs` does. */
        if (lua_isinteger(L, 2)) {
            lua_Integer key = lua_tointegerx(L, 2, NULL);
            if (key > 0 && key < LUA_MAXINTEGER) {
                lua_pushinteger(L, key + 1);
                if (lua_rawgeti(L, 1, key + 1) != LUA_TNIL) return 2;
            }
        }
        lua_settop(L, 2);
    } else {
        lua_settop(L, 2);
        if (clua_is_traversal_at(L, own)) return clua_advance(L, own);
    }
    if (clua_count_on(L)) return 2;
    clua_begin_traversal(L);
    lua_copy(L, -1, own);
    return clua_advance(L, own);
}

CLUA_RAISES void clua_push_iterator(lua_State *L) {
    lua_pushnil(L);
    lua_pushcclosure(L, iterate, 1);
}

static CLUA_RAISES int called(lua_State *L, int status, lua_KContext context) {
    (void)L;
    (void)status;
    (void)context;
    return 3;
}

static CLUA_RAISES int ordered_pairs(lua_State *L) {
    luaL_argcheck(L, !lua_isnone(L, 1), 1, "value expected");
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_callk(L, 1, 3, 0, called);
        return 3;
    }
    clua_push_iterator(L);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/* Replaces it in the table on top; [-0, +0], raises */
CLUA_RAISES void clua_open_pairs(lua_State *L) {
    lua_pushcfunction(L, ordered_pairs);
    lua_setfield(L, -2, "pairs");
}
