/* Slots keep Lua values alive for Swift handles. The table in the registry is an array; free slots are reused. */
#include "internal.h"

const char clua_slots_key;

/* [-0, +0], raises for want of memory */
static CLUA_RAISES void reserve(lua_State *L, clua_host *host) {
    size_t capacity = host->free_capacity ? host->free_capacity * 2 : 16;
    int64_t *grown = clua_allocation_fails() ? NULL : realloc(host->free_slots, capacity * sizeof *grown);
    if (grown == NULL) luaL_error(L, "not enough memory");
    host->free_slots = grown;
    host->free_capacity = capacity;
}

/* [-1, +0], raises for want of memory */
int64_t clua_keep(lua_State *L) {
    clua_host *host = clua_host_of(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_slots_key);
    lua_insert(L, -2);
    int64_t slot = host->free_count > 0 ? host->free_slots[host->free_count - 1] : host->slot_count + 1;
    /* Room to free every slot, so that freeing one never wants memory. */
    if (slot > (int64_t)host->free_capacity) reserve(L, host);
    lua_rawseti(L, -2, slot);
    lua_pop(L, 1);
    if (host->free_count > 0) host->free_count--;
    else host->slot_count++;
    return slot;
}

/* [-0, +1] */
void clua_push_slot(lua_State *L, int64_t slot) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_slots_key);
    lua_rawgeti(L, -1, slot);
    lua_remove(L, -2);
}

/* [-0, +0]; the slot exists, so that setting it allocates nothing and cannot raise */
void clua_release(clua_host *host, int64_t slot) {
    if (slot < 1 || slot > host->slot_count || !lua_checkstack(host->main, 2)) return;
    lua_rawgetp(host->main, LUA_REGISTRYINDEX, &clua_slots_key);
    lua_pushboolean(host->main, 0);
    lua_rawseti(host->main, -2, slot);
    lua_pop(host->main, 1);
    host->free_slots[host->free_count++] = slot;
}

size_t clua_slots_used(const clua_host *host) {
    return (size_t)host->slot_count - host->free_count;
}
