/*
** One traversal of a table in the order of its keys: the keys that were to come when it began. Keys whose values have
** been cleared meanwhile are skipped.
*/
#include <limits.h>
#include "order.h"

typedef struct traversal {
    const void *table;
    int count;
    int at; /* the key that was answered last; -1: none yet */
    clua_ordered_key keys[];
} traversal;

/* Its user values. */
enum { KEYS = 1, TABLE = 2 };

CLUA_RAISES void clua_check_objects(lua_State *L, size_t count) {
    if (count < 2) return;
    luaL_error(
        L,
        "%I keys of a table are tables, functions or the like, and have no order that is the same in every run; "
        "keep them in a list beside the table and iterate that",
        (LUAI_UACINT)count);
}

/* Whether the key on top comes after `start`; counts those without an order; [-0, +0] */
static bool is_wanted(lua_State *L, const clua_ordered_key *start, clua_ordered_key *key, size_t *objects) {
    *key = clua_place_key(L, -1);
    if (key->rank == CLUA_RANK_OBJECT) ++*objects;
    return clua_is_key_before(start, key);
}

/* How many keys of the table at index 1 come after `start`; [-0, +0], raises */
static CLUA_RAISES int count_keys(lua_State *L, const clua_ordered_key *start) {
    size_t count = 0, objects = 0;
    int steps = 0;
    clua_ordered_key key;
    for (lua_pushnil(L); lua_next(L, 1);) {
        lua_pop(L, 1);
        count += is_wanted(L, start, &key, &objects);
        CLUA_STEP(L, steps);
    }
    clua_check_objects(L, objects);
    if (count >= INT_MAX) luaL_error(L, "a table has too many keys to iterate");
    return (int)count;
}

/* Keeps the keys in the table on top, and their places; [-0, +0], raises */
static CLUA_RAISES void take_keys(lua_State *L, const clua_ordered_key *start, traversal *taken) {
    int keys = lua_gettop(L), steps = 0, position = 0;
    size_t objects = 0;
    for (lua_pushnil(L); lua_next(L, 1);) {
        lua_pop(L, 1);
        CLUA_STEP(L, steps);
        clua_ordered_key *key = &taken->keys[position];
        if (position == taken->count || !is_wanted(L, start, key, &objects)) continue;
        key->position = ++position;
        lua_pushvalue(L, -1);
        lua_rawseti(L, keys, position);
    }
}

CLUA_RAISES void clua_begin_traversal(lua_State *L) {
    clua_ordered_key start = clua_place_key(L, 2);
    int count = count_keys(L, &start);
    size_t size = sizeof(clua_ordered_key) * (size_t)count;
    /* One more than needed: nothing is written beyond. */
    traversal *begun = lua_newuserdatauv(L, sizeof *begun + size + sizeof(clua_ordered_key), 2);
    begun->table = lua_topointer(L, 1);
    begun->count = count;
    begun->at = -1;
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, TABLE);
    /* An odd count: no array part of such a size can be taken for a hash part. */
    lua_createtable(L, count | 1, 0);
    take_keys(L, &start, begun);
    lua_setiuservalue(L, -2, KEYS);
    clua_ordered_key *spare = lua_newuserdatauv(L, size, 0);
    clua_sort_keys(L, begun->keys, spare, count);
    lua_pop(L, 1);
}

bool clua_is_traversal_at(lua_State *L, int index) {
    traversal *begun = lua_touserdata(L, index);
    if (begun->table != lua_topointer(L, 1) || begun->at < 0 || begun->at >= begun->count) return false;
    lua_getiuservalue(L, index, KEYS);
    lua_rawgeti(L, -1, begun->keys[begun->at].position);
    bool is_at = lua_rawequal(L, 2, -1);
    lua_pop(L, 2);
    return is_at;
}

CLUA_RAISES int clua_advance(lua_State *L, int index) {
    traversal *begun = lua_touserdata(L, index);
    int steps = 0;
    lua_getiuservalue(L, index, KEYS);
    int keys = lua_gettop(L);
    while (begun->at < begun->count && ++begun->at < begun->count) {
        lua_rawgeti(L, keys, begun->keys[begun->at].position);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL) return 2;
        lua_settop(L, keys);
        CLUA_STEP(L, steps);
    }
    lua_pushnil(L);
    return 1;
}
