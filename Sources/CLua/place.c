/* Where in a script the running host function was called. */
#include "internal.h"

int clua_place(lua_State *L, char *script) {
    lua_Debug frame;
    /* The C functions between, as in `pcall(fetch)`, have no lines. Asking for source and line never raises. */
    for (int level = 0; lua_getstack(L, level, &frame); level++) {
        if (!lua_getinfo(L, "Sl", &frame) || frame.currentline <= 0) continue;
        memcpy(script, frame.short_src, sizeof frame.short_src);
        return frame.currentline;
    }
    return 0;
}
