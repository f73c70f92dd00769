/* Which lines of which scripts have run, for whoever measures how much of a script its tests run. */
#include "internal.h"

/* A script that is measured: a bit for each line. */
typedef struct script_lines {
    char *name;
    uint8_t *bits;
    int line_count;
} script_lines;

struct clua_lines {
    script_lines *scripts;
    size_t count;
};

/* A script chooses the names of what it loads, and how many. */
enum { SCRIPT_LIMIT = 256, LINE_LIMIT = 1 << 21 };

bool clua_note_lines(clua_host *host) {
    host->lines = calloc(1, sizeof *host->lines);
    if (host->lines == NULL) return false;
    /* Each new coroutine inherits the hook. */
    lua_sethook(host->main, clua_on_hook, LUA_MASKLINE | LUA_MASKCOUNT, CLUA_METER_STEP);
    return true;
}

void clua_free_lines(clua_host *host) {
    if (host->lines == NULL) return;
    for (size_t i = 0; i < host->lines->count; i++) {
        free(host->lines->scripts[i].name);
        free(host->lines->scripts[i].bits);
    }
    free(host->lines->scripts);
    free(host->lines);
}

/* NULL: there are too many, or there is not enough memory. */
static script_lines *script_named(struct clua_lines *lines, const char *name) {
    for (size_t i = lines->count; i > 0; i--)
        if (strcmp(lines->scripts[i - 1].name, name) == 0) return &lines->scripts[i - 1];
    if (lines->count == SCRIPT_LIMIT) return NULL;
    script_lines *scripts = realloc(lines->scripts, (lines->count + 1) * sizeof *scripts);
    if (scripts == NULL) return NULL;
    lines->scripts = scripts;
    char *copy = strdup(name);
    if (copy == NULL) return NULL;
    scripts[lines->count] = (script_lines){.name = copy};
    return &scripts[lines->count++];
}

static bool has_room(script_lines *script, int line) {
    if (line < script->line_count) return true;
    if (line >= LINE_LIMIT) return false;
    int count = (line + 1024) / 1024 * 1024;
    uint8_t *bits = realloc(script->bits, (size_t)count / 8);
    if (bits == NULL) return false;
    memset(bits + script->line_count / 8, 0, (size_t)(count - script->line_count) / 8);
    script->bits = bits;
    script->line_count = count;
    return true;
}

void clua_note_line(clua_host *host, lua_State *L, lua_Debug *info) {
    int line = info->currentline;
    if (host->lines == NULL || line <= 0 || !lua_getinfo(L, "S", info) || info->source[0] != '@') return;
    script_lines *script = script_named(host->lines, info->source + 1);
    if (script != NULL && has_room(script, line)) script->bits[line / 8] |= (uint8_t)(1 << line % 8);
}

const char *clua_lines_script(const clua_host *host, size_t index) {
    return host->lines != NULL && index < host->lines->count ? host->lines->scripts[index].name : NULL;
}

int clua_lines_next(const clua_host *host, size_t index, int line) {
    const script_lines *script = &host->lines->scripts[index];
    for (line++; line < script->line_count; line++)
        if (script->bits[line / 8] & 1 << line % 8) return line;
    return 0;
}
