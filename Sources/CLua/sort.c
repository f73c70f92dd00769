/*
** The one order of keys, which is the same in every process: 1 2 3 … up to the largest, the other numbers by value,
** strings by their bytes, false, true, JSON's null. Any other key comes last, and has no order among its like.
*/
#include <math.h>
#include "order.h"

/* The first eight bytes as a number that compares as they do; a shorter string is filled with zeros. */
static uint64_t beginning_of(const char *bytes, size_t length) {
    uint64_t word = 0;
    if (length >= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        return __builtin_bswap64(word);
    }
    for (size_t at = 0; at < length; at++) word |= (uint64_t)(unsigned char)bytes[at] << (56 - 8 * at);
    return word;
}

/* A float with the value of an integer is the same key as that. */
static clua_ordered_key place_number(lua_State *L, int index) {
    clua_ordered_key key = {.rank = CLUA_RANK_NUMBER};
    int is_integer;
    key.integer = lua_tointegerx(L, index, &is_integer);
    if (is_integer) {
        if (key.integer > 0) key.rank = CLUA_RANK_COUNT;
    } else {
        key.number = lua_tonumberx(L, index, NULL);
        key.is_float = true;
    }
    return key;
}

clua_ordered_key clua_place_key(lua_State *L, int index) {
    clua_ordered_key key = {.rank = CLUA_RANK_OBJECT, .identity = lua_topointer(L, index)};
    switch (lua_type(L, index)) {
    case LUA_TNIL: key.rank = CLUA_RANK_START; break;
    case LUA_TNUMBER: return place_number(L, index);
    case LUA_TSTRING:
        key.rank = CLUA_RANK_STRING;
        key.bytes = lua_tolstring(L, index, &key.length);
        key.beginning = beginning_of(key.bytes, key.length);
        break;
    case LUA_TBOOLEAN: key.rank = lua_toboolean(L, index) ? CLUA_RANK_TRUE : CLUA_RANK_FALSE; break;
    case LUA_TLIGHTUSERDATA:
        if (key.identity == CLUA_NULL) key.rank = CLUA_RANK_NULL;
        break;
    default: break;
    }
    return key;
}

/* Integers and floats are compared by value without rounding; a float here has no integer's value. */
static bool is_integer_before_float(lua_Integer integer, lua_Number number) {
    if (number >= 0x1p63) return true;
    if (number < -0x1p63) return false;
    return integer <= (lua_Integer)floor(number);
}

static bool is_number_before(const clua_ordered_key *a, const clua_ordered_key *b) {
    if (a->is_float && b->is_float) return a->number < b->number;
    if (b->is_float) return is_integer_before_float(a->integer, b->number);
    if (a->is_float) return !is_integer_before_float(b->integer, a->number);
    return a->integer < b->integer;
}

static bool is_string_before(const clua_ordered_key *a, const clua_ordered_key *b) {
    if (a->beginning != b->beginning) return a->beginning < b->beginning;
    int difference = memcmp(a->bytes, b->bytes, a->length < b->length ? a->length : b->length);
    return difference != 0 ? difference < 0 : a->length < b->length;
}

bool clua_is_key_before(const clua_ordered_key *a, const clua_ordered_key *b) {
    if (a->rank != b->rank) return a->rank < b->rank;
    switch (a->rank) {
    case CLUA_RANK_COUNT: return a->integer < b->integer;
    case CLUA_RANK_NUMBER: return is_number_before(a, b);
    case CLUA_RANK_STRING: return is_string_before(a, b);
    default: return false;
    }
}

/* Puts a few keys in order, one at a time. */
static void insert_in_order(clua_ordered_key *keys, int count) {
    for (int index = 1; index < count; index++) {
        clua_ordered_key key = keys[index];
        int place = index;
        for (; place > 0 && clua_is_key_before(&key, &keys[place - 1]); place--) keys[place] = keys[place - 1];
        keys[place] = key;
    }
}

/* Asks for the time after comparing many keys, or much of long ones. */
static inline CLUA_RAISES bool is_before(lua_State *L, const clua_ordered_key *a, const clua_ordered_key *b, int *steps) {
    size_t length = a->length < b->length ? a->length : b->length;
    if (__builtin_expect(length >= 4096, 0)) clua_check_time(L);
    CLUA_STEP(L, *steps);
    return clua_is_key_before(a, b);
}

/* Merges two neighbouring ranges of `from`, which end at `middle` and `end`, into `to` */
static CLUA_RAISES void merge(
    lua_State *L, const clua_ordered_key *from, clua_ordered_key *to, int first, int middle, int end, int *steps) {
    int left = first, right = middle;
    for (int index = first; index < end; index++) {
        bool takes_right = left == middle || (right < end && is_before(L, &from[right], &from[left], steps));
        to[index] = takes_right ? from[right++] : from[left++];
    }
}

CLUA_RAISES void clua_sort_keys(lua_State *L, clua_ordered_key *keys, clua_ordered_key *spare, int count) {
    int steps = 0;
    for (int first = 0; first < count; first += CLUA_FEW_KEYS) {
        CLUA_STEP(L, steps);
        insert_in_order(keys + first, count - first < CLUA_FEW_KEYS ? count - first : CLUA_FEW_KEYS);
    }
    clua_ordered_key *from = keys, *to = spare;
    for (int64_t width = CLUA_FEW_KEYS; width < count; width *= 2) {
        for (int64_t first = 0; first < count; first += 2 * width) {
            int64_t middle = first + width < count ? first + width : count;
            int64_t end = middle + width < count ? middle + width : count;
            merge(L, from, to, (int)first, (int)middle, (int)end, &steps);
        }
        clua_ordered_key *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != keys) memcpy(keys, from, sizeof *keys * (size_t)count);
}
