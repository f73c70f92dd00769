/* Random numbers that a seed decides. */
#ifndef CLUA_RANDOM_H
#define CLUA_RANDOM_H

#include <stdint.h>

typedef struct clua_random {
    uint64_t state[4];
} clua_random;

/* Begins the numbers of a seed of two words; `kind` tells those of scripts, which are 0, from those of the host's. */
void clua_seed(clua_random *random, uint64_t first, uint64_t second, uint64_t kind);

#endif
