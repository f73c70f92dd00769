#include "internal.h"

bool clua_append(clua_buffer *buffer, const void *bytes, size_t count) {
    if (count > buffer->capacity - buffer->count) {
        size_t capacity = buffer->capacity ? buffer->capacity * 2 : 64;
        while (capacity - buffer->count < count) capacity *= 2;
        uint8_t *grown = clua_allocation_fails() ? NULL : realloc(buffer->bytes, capacity);
        if (grown == NULL) {
            buffer->is_cut_off = true;
            return false;
        }
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    if (count > 0) memcpy(buffer->bytes + buffer->count, bytes, count);
    buffer->count += count;
    return true;
}

bool clua_append_text(clua_buffer *buffer, const char *text) {
    return clua_append(buffer, text, strlen(text));
}

void clua_buffer_free(clua_buffer *buffer) {
    free(buffer->bytes);
    *buffer = (clua_buffer){0};
}

bool clua_buffer_append(clua_buffer *buffer, const uint8_t *bytes, size_t count) {
    return clua_append(buffer, bytes, count);
}
