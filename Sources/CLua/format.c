/* string.format (manual, section 6.4), without '%p': it would show where things lie in memory. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include "pattern.h"

/* One directive: '%', flags, width and precision, the letter; as text for messages and for snprintf. */
typedef struct directive {
    char text[32];
    size_t length; /* with the '%' and the letter */
    char letter;
} directive;

enum { LONGEST_DIRECTIVE = 22, ITEM_SIZE = 128 };

/* Reads the directive after a '%' and answers where the text goes on; [-0, +0], raises */
static CLUA_RAISES const char *read_directive(lua_State *L, const char *at, directive *d) {
    size_t length = strspn(at, "-+#0 .123456789") + 1;
    if (length >= LONGEST_DIRECTIVE) luaL_error(L, "invalid format (too long)");
    d->text[0] = '%';
    memcpy(d->text + 1, at, length);
    d->text[length + 1] = '\0';
    d->length = length + 1;
    d->letter = at[length - 1];
    return at + length;
}

static const char *skip_two_digits(const char *at) {
    for (int count = 0; count < 2 && isdigit((unsigned char)*at); count++) at++;
    return at;
}

/* Some of the flags, at most two digits of width and, where there may be one, of precision; [-0, +0], raises */
static CLUA_RAISES void check_directive(lua_State *L, const directive *d, const char *flags, bool may_be_precise) {
    const char *at = d->text + 1;
    at += strspn(at, flags);
    /* What is no flag here begins no width either. */
    if (*at != '0') {
        at = skip_two_digits(at);
        if (*at == '.' && may_be_precise) at = skip_two_digits(at + 1);
    }
    if (at != d->text + d->length - 1) luaL_error(L, "invalid conversion specification: '%s'", d->text);
}

/* Lengthens the letter to what a lua_Integer needs. */
static void widen(directive *d) {
    memcpy(d->text + d->length - 1, "ll", 2);
    d->text[d->length + 1] = d->letter;
    d->text[d->length + 2] = '\0';
}

/* --- Literals ---------------------------------------------------------------------------------------------------- */

/* A string literal that reads as the same bytes; [-0, +0], raises */
static CLUA_RAISES void add_quoted(lua_State *L, luaL_Buffer *out, const char *at, size_t length) {
    unsigned steps = 0;
    luaL_addchar(out, '"');
    for (const char *end = at + length; at < end; at++) {
        CLUA_STEP(L, steps);
        unsigned char byte = (unsigned char)*at;
        if (byte == '"' || byte == '\\' || byte == '\n') {
            luaL_addchar(out, '\\');
            luaL_addchar(out, *at);
        } else if (byte < 32 || byte == 127) {
            char escape[8];
            bool is_followed = at + 1 < end && isdigit((unsigned char)at[1]);
            luaL_addlstring(out, escape, (size_t)snprintf(escape, sizeof escape, is_followed ? "\\%03d" : "\\%d", byte));
        } else {
            luaL_addchar(out, *at);
        }
    }
    luaL_addchar(out, '"');
}

static int quote_number(char *item, lua_Number number) {
    if (number == HUGE_VAL) return snprintf(item, ITEM_SIZE, "1e9999");
    if (number == -HUGE_VAL) return snprintf(item, ITEM_SIZE, "-1e9999");
    if (number != number) return snprintf(item, ITEM_SIZE, "(0/0)");
    return snprintf(item, ITEM_SIZE, "%a", number);
}

/* [-0, +0], raises */
static CLUA_RAISES void add_literal(lua_State *L, luaL_Buffer *out, int argument) {
    char item[ITEM_SIZE];
    size_t length;
    switch (lua_type(L, argument)) {
    case LUA_TSTRING: {
        const char *bytes = lua_tolstring(L, argument, &length);
        add_quoted(L, out, bytes, length);
        return;
    }
    case LUA_TNUMBER: {
        lua_Integer integer = lua_tointeger(L, argument);
        int count;
        if (!lua_isinteger(L, argument))
            count = quote_number(item, lua_tonumber(L, argument));
        else
            count = snprintf(item, sizeof item, integer == LUA_MININTEGER ? "0x%llx" : "%lld", integer);
        luaL_addlstring(out, item, (size_t)count);
        return;
    }
    case LUA_TNIL:
    case LUA_TBOOLEAN:
        luaL_tolstring(L, argument, NULL);
        luaL_addvalue(out);
        return;
    default: luaL_argerror(L, argument, "value has no literal form");
    }
}

/* --- Items ------------------------------------------------------------------------------------------------------- */

/* [-0, +0], raises */
static CLUA_RAISES void add_string(lua_State *L, luaL_Buffer *out, directive *d, int argument) {
    size_t length;
    const char *bytes = clua_tostring(L, argument, &length);
    clua_check_time(L);
    if (d->length == 2) {
        luaL_addvalue(out);
        return;
    }
    luaL_argcheck(L, length == strlen(bytes), argument, "string contains zeros");
    check_directive(L, d, "-", true);
    /* Too long to be padded. */
    if (length >= 100 && strchr(d->text, '.') == NULL) {
        luaL_addvalue(out);
        return;
    }
    char item[ITEM_SIZE];
    int count = snprintf(item, sizeof item, d->text, bytes);
    lua_pop(L, 1);
    luaL_addlstring(out, item, (size_t)count);
}

/* [-0, +0], raises */
static CLUA_RAISES void add_integer(lua_State *L, luaL_Buffer *out, directive *d, int argument, const char *flags) {
    char item[ITEM_SIZE];
    lua_Integer integer = luaL_checkinteger(L, argument);
    check_directive(L, d, flags, true);
    widen(d);
    luaL_addlstring(out, item, (size_t)snprintf(item, sizeof item, d->text, integer));
}

/* [-0, +0], raises */
static CLUA_RAISES void add_number(lua_State *L, luaL_Buffer *out, directive *d, int argument) {
    lua_Number number = luaL_checknumber(L, argument);
    check_directive(L, d, "-+#0 ", true);
    /* The largest number has 309 digits before the point; 99 may follow it. */
    enum { LARGEST = 512 };
    char *item = luaL_prepbuffsize(out, LARGEST);
    luaL_addsize(out, (size_t)snprintf(item, LARGEST, d->text, number));
}

/* [-0, +0], raises */
static CLUA_RAISES void add_item(lua_State *L, luaL_Buffer *out, directive *d, int argument) {
    switch (d->letter) {
    case 'c': {
        char item[ITEM_SIZE];
        check_directive(L, d, "-", false);
        luaL_addlstring(out, item, (size_t)snprintf(item, sizeof item, d->text, (int)luaL_checkinteger(L, argument)));
        return;
    }
    case 'd':
    case 'i': add_integer(L, out, d, argument, "-+0 "); return;
    case 'u': add_integer(L, out, d, argument, "-0"); return;
    case 'o':
    case 'x':
    case 'X': add_integer(L, out, d, argument, "-#0"); return;
    case 'a':
    case 'A':
        check_directive(L, d, "-+#0 ", true);
        add_number(L, out, d, argument);
        return;
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G': add_number(L, out, d, argument); return;
    case 'q':
        if (d->length > 2) luaL_error(L, "specifier '%%q' cannot have modifiers");
        add_literal(L, out, argument);
        return;
    case 's': add_string(L, out, d, argument); return;
    default: luaL_error(L, "invalid conversion '%s' to 'format'", d->text);
    }
}

CLUA_RAISES int clua_string_format(lua_State *L) {
    size_t length;
    int argument = 1, count = lua_gettop(L);
    unsigned steps = 0;
    const char *at = luaL_checklstring(L, 1, &length), *end = at + length;
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (const char *percent; (percent = memchr(at, '%', (size_t)(end - at))) != NULL;) {
        CLUA_STEP(L, steps);
        luaL_addlstring(&out, at, (size_t)(percent - at));
        at = percent + 1;
        if (*at == '%') {
            luaL_addchar(&out, *at++);
            continue;
        }
        if (++argument > count) return luaL_argerror(L, argument, "no value");
        directive d;
        at = read_directive(L, at, &d);
        add_item(L, &out, &d, argument);
    }
    luaL_addlstring(&out, at, (size_t)(end - at));
    luaL_pushresult(&out);
    return 1;
}
