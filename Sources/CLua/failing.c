/* Allocations that fail on purpose, so that tests can take every path that the want of memory leads to. */
#include "internal.h"

static __thread struct {
    bool is_armed;
    uint64_t before; /* allocations that still succeed */
    uint64_t left;   /* and then fail */
    uint64_t failed;
} plan;

void clua_fail_allocations(uint64_t first, uint64_t count) {
    plan.is_armed = first > 0;
    plan.before = first > 0 ? first - 1 : 0;
    plan.left = count;
    plan.failed = 0;
}

uint64_t clua_failed_allocations(void) {
    return plan.failed;
}

bool clua_is_failing(void) {
    return plan.is_armed;
}

bool clua_allocation_fails(void) {
    if (!plan.is_armed) return false;
    if (plan.before > 0) {
        plan.before--;
        return false;
    }
    if (plan.left == 0) return false;
    plan.left--;
    plan.failed++;
    return true;
}
