/* What the files that iterate tables in one order share. */
#ifndef CLUA_ORDER_H
#define CLUA_ORDER_H

#include "internal.h"

/* A key's place in the order: its rank first, then what it is. */
typedef struct clua_ordered_key {
    union {
        lua_Integer integer;
        lua_Number number;
        uint64_t beginning; /* of a string: its first eight bytes, the first one highest */
    };
    /* The bytes of a string, which live as long as the key. */
    const char *bytes;
    size_t length;
    /* Lua's own copy of it, which tells most strings and objects from others at a glance; NULL for other keys. */
    const void *identity;
    /* Where the key is kept. */
    int position;
    signed char rank;
    bool is_float;
} clua_ordered_key;

/* The ranks: before all keys, 1 2 3 …, other numbers, strings, false, true, JSON's null, and all else. */
enum {
    CLUA_RANK_START = 0,
    CLUA_RANK_COUNT,
    CLUA_RANK_NUMBER,
    CLUA_RANK_STRING,
    CLUA_RANK_FALSE,
    CLUA_RANK_TRUE,
    CLUA_RANK_NULL,
    CLUA_RANK_OBJECT,
};

/* Places the value at `index`, which is no key but the start when it is nil; [-0, +0] */
clua_ordered_key clua_place_key(lua_State *L, int index);
/* Whether a comes before b; no script code runs. */
bool clua_is_key_before(const clua_ordered_key *a, const clua_ordered_key *b);
/* So many keys need no spare room to be put in order. */
enum { CLUA_FEW_KEYS = 12 };
/* Puts keys in order, with room for as many in `spare`; asks for the time, [-0, +0], raises */
void clua_sort_keys(lua_State *L, clua_ordered_key *keys, clua_ordered_key *spare, int count);

/*
** Keeps the keys of the table at index 1 that come after the one at index 2, in order, in a new userdata: a traversal;
** [-0, +1], raises
*/
void clua_begin_traversal(lua_State *L);
/* Whether the traversal at `index` has answered last the key at index 2 of the table at index 1; [-0, +0] */
bool clua_is_traversal_at(lua_State *L, int index);
/* Pushes the next key that has a value, and that; or nil. Use as `return clua_advance(L, index)`; raises */
int clua_advance(lua_State *L, int index);
/* Pushes the key that follows the one at index 2 in 1 2 3 …, and its value, if the table has it: [-0, +2]; else [-0, +0] */
int clua_count_on(lua_State *L);
/* Raises when so many keys have no order. */
void clua_check_objects(lua_State *L, size_t count);

#endif
