/* What a coroutine failed with, as Swift reports it. */
#include "internal.h"

typedef struct describe_request {
    lua_State *coroutine;
    const clua_caps *caps;
    clua_report *report;
} describe_request;

static void append_limited(clua_buffer *out, lua_State *L, int index) {
    size_t length;
    const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &length) : NULL;
    if (text != NULL) clua_append(out, text, length < CLUA_MESSAGE_LIMIT ? length : CLUA_MESSAGE_LIMIT);
}

/* Takes the noted calls of a coroutine out of their table; [-0, +0], raises */
static CLUA_RAISES void take_trace(lua_State *L, lua_State *coroutine, clua_buffer *out) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &clua_traces_key);
    lua_pushthread(coroutine);
    lua_xmove(coroutine, L, 1);
    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    append_limited(out, L, -1);
    lua_pop(L, 1);
    lua_pushnil(L);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

/* The text of the error value, which may run the script's own __tostring: under the same limits as the script. */
static CLUA_RAISES int describe_step(lua_State *L) {
    describe_request *request = lua_touserdata(L, 1);
    clua_report *report = request->report;
    luaL_checkstack(L, 20, NULL);
    lua_xmove(request->coroutine, L, 1);
    int value = lua_gettop(L);
    take_trace(L, request->coroutine, &report->traceback);
    if (clua_is_error(L, value, &report->error)) {
        lua_getiuservalue(L, value, 1);
        append_limited(&report->where, L, -1);
        return 0;
    }
    if (lua_type(L, value) == LUA_TTABLE) {
        clua_buffer problem = {0};
        if (clua_pull(L, value, request->caps, &report->value, &problem) != LUA_OK) clua_buffer_free(&report->value);
        clua_buffer_free(&problem);
    }
    report->is_memory = lua_type(L, value) == LUA_TSTRING && strcmp(lua_tostring(L, value), "not enough memory") == 0;
    clua_tostring(L, value, NULL);
    append_limited(&report->message, L, -1);
    return 0;
}

void clua_describe_failure(clua_host *host, lua_State *coroutine, const clua_caps *caps, clua_report *report) {
    lua_State *L = host->main;
    *report = (clua_report){.error = -1};
    int status = LUA_ERRMEM;
    if (lua_checkstack(L, 4)) {
        describe_request request = {coroutine, caps, report};
        lua_pushcfunction(L, describe_step);
        lua_pushlightuserdata(L, &request);
        clua_enter(host, L);
        status = lua_pcall(L, 1, 0, 0);
        clua_exit(host);
        if (status == LUA_OK) {
            report->is_memory |= report->message.is_cut_off;
            return;
        }
        lua_pop(L, 1);
    }
    report->is_memory = status == LUA_ERRMEM;
    report->message.count = 0;
    clua_append_text(&report->message, "an error value whose text cannot be made");
}

void clua_report_free(clua_report *report) {
    clua_buffer_free(&report->message);
    clua_buffer_free(&report->where);
    clua_buffer_free(&report->traceback);
    clua_buffer_free(&report->value);
}
