#include "CLuaBaseline.h"
#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#include <time.h>

double baseline_cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int add(lua_State *L) {
    lua_pushinteger(L, luaL_checkinteger(L, 1) + luaL_checkinteger(L, 2));
    return 1;
}

static int echo(lua_State *L) {
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_pushlstring(L, text, length);
    return 1;
}

static int resumed(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    lua_pushinteger(L, 1);
    return 1;
}

static int pause_host(lua_State *L) {
    return lua_yieldk(L, 0, 0, resumed);
}

double baseline_run(const char *script) {
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    lua_register(L, "add", add);
    lua_register(L, "echo", echo);
    lua_register(L, "pause", pause_host);
    lua_State *co = lua_newthread(L);
    if (luaL_loadstring(co, script) != LUA_OK) return -1;
    double start = baseline_cpu_seconds();
    int results, status;
    do status = lua_resume(co, L, 0, &results);
    while (status == LUA_YIELD);
    double seconds = baseline_cpu_seconds() - start;
    lua_close(L);
    return status == LUA_OK ? seconds : -1;
}

double baseline_states(int count) {
    double start = baseline_cpu_seconds();
    for (int index = 0; index < count; index++) {
        lua_State *L = luaL_newstate();
        luaL_openlibs(L);
        lua_close(L);
    }
    return (baseline_cpu_seconds() - start) / count;
}
