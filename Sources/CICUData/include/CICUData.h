/* Nothing is called: the linker finds here what it would otherwise take from Foundation. See `data.c`. */
