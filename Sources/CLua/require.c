/*
** `require`: a module is a text that the host's resolver finds by its name. Finding it may wait, and so may its body, at
** any depth of coroutines and inside pcall. A body that has not returned yet is listed in the host, so that a module
** that requires itself is told from one that another run of the state loads just now; that one is waited for.
*/
#include "internal.h"

/* A userdata on the stack of its `require`. The user values keep the name and the owner alive. */
struct clua_module_load {
    clua_module_load *previous, *next;
    const char *name;
    lua_State *owner;   /* the coroutine that called require */
    lua_State *run;     /* the coroutine that the host resumed for it; NULL once that has ended */
    clua_module_load *awaited; /* what its run waits for while another run loads that */
    bool is_listed;
};

/* The places of a call on its stack. */
enum { NAME = 1, LOAD = 2, HANDLER = 3, BODY = 4 };

static const char load_key;

/* --- The list of loads ------------------------------------------------------------------------------------------- */

static clua_module_load *find_load(clua_host *host, const char *name) {
    clua_module_load *load = host->first_load;
    while (load != NULL && strcmp(load->name, name) != 0) load = load->next;
    return load;
}

static void unlist(clua_host *host, clua_module_load *load) {
    if (!load->is_listed) return;
    load->is_listed = false;
    *(load->previous != NULL ? &load->previous->next : &host->first_load) = load->next;
    *(load->next != NULL ? &load->next->previous : &host->last_load) = load->previous;
    for (clua_module_load *other = host->first_load; other != NULL; other = other->next)
        if (other->awaited == load) other->awaited = NULL;
    host->callbacks.module_ended(host->context);
}

/* Lists the module whose name is the only value on the stack; [-0, +1], raises */
static CLUA_RAISES void list(lua_State *L) {
    clua_host *host = clua_host_of(L);
    clua_module_load *load = lua_newuserdatauv(L, sizeof *load, 2);
    *load = (clua_module_load){.previous = host->last_load, .name = lua_tostring(L, NAME), .owner = L, .run = host->base};
    lua_pushvalue(L, NAME);
    lua_setiuservalue(L, LOAD, 1);
    lua_pushthread(L);
    lua_setiuservalue(L, LOAD, 2);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &load_key);
    lua_setmetatable(L, LOAD);
    /* Allocating may have collected another load. */
    load->previous = host->last_load;
    *(host->last_load != NULL ? &host->last_load->next : &host->first_load) = load;
    host->last_load = load;
    load->is_listed = true;
}

/* Does nothing where a call only waits for another run's load. */
static void end_load(lua_State *L) {
    clua_module_load *load = lua_touserdata(L, LOAD);
    if (load != NULL) unlist(clua_host_of(L), load);
}

/* A coroutine that was left inside a body is gone. */
static int load_gc(lua_State *L) {
    unlist(clua_host_of(L), lua_touserdata(L, 1));
    return 0;
}

void clua_end_run(clua_host *host, lua_State *run) {
    bool has_ended = false;
    for (clua_module_load *load = host->first_load; load != NULL; load = load->next) {
        if (load->run != run) continue;
        load->run = NULL;
        has_ended = true;
    }
    if (has_ended) host->callbacks.module_ended(host->context);
}

/* --- Modules that are being loaded -------------------------------------------------------------------------------- */

/* Whether `load` is among the loads that lead from `from` to what is required now. */
static bool is_between(lua_State *L, const clua_module_load *from, const clua_module_load *load) {
    if (clua_is_active(L, from->owner)) return clua_is_active(L, load->owner);
    return load->run == from->run;
}

static CLUA_RAISES int refuse_cycle(lua_State *L, const clua_module_load *first) {
    luaL_Buffer names;
    luaL_buffinit(L, &names);
    for (const clua_module_load *from = first; from != NULL;) {
        for (const clua_module_load *load = from; load != NULL; load = load->next) {
            if (!is_between(L, from, load)) continue;
            luaL_addstring(&names, load->name);
            luaL_addstring(&names, " -> ");
        }
        from = clua_is_active(L, from->owner) ? NULL : from->awaited;
    }
    luaL_addstring(&names, first->name);
    luaL_pushresult(&names);
    return luaL_error(L, "module '%s' requires itself: %s", first->name, lua_tostring(L, -1));
}

/* Whether the run that loads it waits, over others perhaps, for a module that this run loads. */
static bool waits_for_this_run(const clua_host *host, const clua_module_load *load) {
    while (load != NULL && load->run != host->base) load = load->awaited;
    return load != NULL;
}

static void set_awaited(clua_host *host, clua_module_load *awaited) {
    for (clua_module_load *load = host->first_load; load != NULL; load = load->next)
        if (load->run == host->base) load->awaited = awaited;
}

static CLUA_RAISES int push_answer(lua_State *L) {
    return clua_conclude(L, CLUA_VALUES);
}

/* Raises what came of a wait; else answers how many values were pushed; [-0, +n] */
static CLUA_RAISES int take_answer(lua_State *L) {
    clua_host *host = clua_host_of(L);
    if (host->await_refused) {
        host->await_refused = false;
        end_load(L);
        return luaL_error(L, "a waiting call was made inside a C function that cannot wait");
    }
    if (host->answer >= 0) return host->answer;
    if (host->answer != CLUA_VALUES) {
        end_load(L);
        return clua_conclude(L, host->answer);
    }
    int base = lua_gettop(L);
    lua_pushcfunction(L, push_answer);
    if (lua_pcall(L, 0, LUA_MULTRET, 0) != LUA_OK) {
        end_load(L);
        return lua_error(L);
    }
    return lua_gettop(L) - base;
}

static CLUA_RAISES int joined(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    clua_host *host = clua_host_of(L);
    if (host->terminated) return clua_leave(L);
    set_awaited(host, NULL);
    take_answer(L);
    return clua_require(L);
}

/* Waits for another run that loads the module, where that can end. */
static CLUA_RAISES int join(lua_State *L, clua_module_load *other) {
    clua_host *host = clua_host_of(L);
    if (clua_is_active(L, other->owner)) return refuse_cycle(L, other);
    if (other->run == NULL || other->run == host->base)
        return luaL_error(L, "module '%s' is being loaded by a coroutine that is suspended", other->name);
    if (waits_for_this_run(host, other)) return refuse_cycle(L, other);
    if (!lua_isyieldable(L)) return clua_refuse_await(L);
    set_awaited(host, other);
    host->callbacks.find_module(host->context, L, other->name, strlen(other->name), true);
    host->reason = CLUA_AWAITING;
    return lua_yieldk(L, 0, 0, joined);
}

/* --- Loading ------------------------------------------------------------------------------------------------------ */

static CLUA_RAISES int body_ended(lua_State *L, int status, lua_KContext context) {
    (void)context;
    clua_host *host = clua_host_of(L);
    if (host->terminated) return clua_leave(L);
    end_load(L);
    if (status != LUA_OK && status != LUA_YIELD) {
        clua_name_refusal(L, status);
        /* The calls that led to the error are noted already, those inside the body among them. */
        host->traced = L;
        return lua_error(L);
    }
    if (lua_isnil(L, -1)) lua_pushboolean(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_modules_key);
    lua_pushvalue(L, NAME);
    lua_pushvalue(L, -3);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    return 1;
}

/* Compiles the source on the stack and runs it. */
static CLUA_RAISES int load_body(lua_State *L) {
    clua_host *host = clua_host_of(L);
    size_t length;
    const char *name = lua_tostring(L, NAME), *source = lua_tolstring(L, LOAD + 1, &length);
    if (length > host->source_limit) {
        end_load(L);
        return luaL_error(
            L, "the source of module '%s' has %I bytes; %I are allowed", name, (LUAI_UACINT)length,
            (LUAI_UACINT)host->source_limit);
    }
    int status = luaL_loadbufferx(L, source, length, lua_tostring(L, LOAD + 2), "t");
    if (status != LUA_OK) {
        end_load(L);
        if (status != LUA_ERRMEM) return luaL_error(L, "module '%s' does not compile: %s", name, lua_tostring(L, -1));
        clua_name_refusal(L, status);
        return lua_error(L);
    }
    lua_replace(L, BODY);
    lua_pushcfunction(L, clua_note_trace);
    lua_replace(L, HANDLER);
    lua_settop(L, BODY);
    lua_pushvalue(L, NAME);
    /* Only the calls of the coroutine that Swift drives are ever asked for. */
    status = lua_pcallk(L, 1, 1, L == host->base ? HANDLER : 0, 0, body_ended);
    return body_ended(L, status, 0);
}

/* Says that there is no such module, or asks the function that our own stands before. */
static CLUA_RAISES int give_up(lua_State *L) {
    lua_settop(L, NAME);
    if (!lua_isfunction(L, lua_upvalueindex(1))) return luaL_error(L, "module '%s' not found", lua_tostring(L, NAME));
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, LUA_MULTRET);
    if (clua_host_of(L)->terminated) return clua_leave(L);
    return lua_gettop(L);
}

static CLUA_RAISES int resolved(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    if (clua_host_of(L)->terminated) return clua_leave(L);
    if (take_answer(L) == 2) return load_body(L);
    end_load(L);
    return give_up(L);
}

static bool is_word(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/* Words that single dots join. */
static bool is_module_name(const char *name, size_t length) {
    for (size_t at = 0; at < length; at++) {
        bool is_dot = name[at] == '.' && at > 0 && name[at - 1] != '.' && at + 1 < length;
        if (!is_dot && !is_word(name[at])) return false;
    }
    return length > 0;
}

CLUA_RAISES int clua_require(lua_State *L) {
    clua_host *host = clua_host_of(L);
    size_t length;
    const char *name = luaL_checklstring(L, NAME, &length);
    lua_settop(L, NAME);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_modules_key);
    lua_pushvalue(L, NAME);
    if (lua_rawget(L, -2) != LUA_TNIL) return 1;
    lua_settop(L, NAME);
    if (!is_module_name(name, length)) {
        if (lua_isfunction(L, lua_upvalueindex(1))) return give_up(L);
        return luaL_error(L, "'%s' is no module name: use letters, digits and '_', with dots between words", name);
    }
    clua_module_load *other = find_load(host, name);
    if (other != NULL && !clua_is_dead(L, other->owner)) return join(L, other);
    if (other != NULL) unlist(host, other);
    if (!host->has_resolver) return give_up(L);
    if (!lua_isyieldable(L)) return clua_refuse_await(L);
    list(L);
    host->callbacks.find_module(host->context, L, name, length, false);
    host->reason = CLUA_AWAITING;
    return lua_yieldk(L, 0, 0, resolved);
}

CLUA_RAISES void clua_open_require(lua_State *L) {
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, load_gc);
    lua_setfield(L, -2, "__gc");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &load_key);
}

/* Lua's own `require` is asked for what the resolver does not know. */
static CLUA_RAISES int replace_require(lua_State *L) {
    lua_pushglobaltable(L);
    lua_pushliteral(L, "require");
    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    lua_pushcclosure(L, clua_require, 1);
    lua_rawset(L, -3);
    return 0;
}

int clua_use_resolver(clua_host *host) {
    lua_State *L = host->main;
    if (!host->has_resolver && host->is_trusted) {
        if (!lua_checkstack(L, 4)) return LUA_ERRMEM;
        lua_pushcfunction(L, replace_require);
        int status = lua_pcall(L, 0, 0, 0);
        if (status != LUA_OK) {
            lua_pop(L, 1);
            return status;
        }
    }
    host->has_resolver = true;
    return LUA_OK;
}
