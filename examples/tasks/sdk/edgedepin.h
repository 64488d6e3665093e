/* What a task written in C may ask of EdgeDePin; docs/tasks.md explains it. Agreement 1.
 *
 *     #include "edgedepin.h"
 *     EDP_EXPORT(run) void run(void) { ... }
 */
#ifndef EDGEDEPIN_H
#define EDGEDEPIN_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define EDP_IMPORT(name) __attribute__((import_module("edgedepin"), import_name(#name)))
#define EDP_EXPORT(name) __attribute__((export_name(#name)))

/* The input: how many bytes there are, and a copy of some of them. Reading beyond its end ends the task. */
EDP_IMPORT(input_length) uint32_t edp_input_length(void);
EDP_IMPORT(input_read) void edp_input_read(void *to, uint32_t from, uint32_t length);

/* Appends to the output: at most 4 MiB in all. It counts only if the task ends well. */
EDP_IMPORT(output_write) void edp_output_write(const void *from, uint32_t length);

/* How far the task is. Tell it as often as is convenient; it is passed on ten times a second. */
EDP_IMPORT(progress) void edp_progress(uint32_t done, uint32_t of);

/* A state from which another execution of this task could go on; and the one that this execution shall go on from (length 0: none). */
EDP_IMPORT(checkpoint) void edp_checkpoint(const void *from, uint32_t length);
EDP_IMPORT(checkpoint_length) uint32_t edp_checkpoint_length(void);
EDP_IMPORT(checkpoint_read) void edp_checkpoint_read(void *to, uint32_t from, uint32_t length);

/* The next number of a sequence that module and input determine. */
EDP_IMPORT(random) uint64_t edp_random(void);

/* Nanoseconds of the task's own time, which is its fuel: the same in every execution, and nothing about the world's time. */
EDP_IMPORT(clock) uint64_t edp_clock(void);

/* Ends the task without a result and says why, in at most 1,024 bytes. */
EDP_IMPORT(fail) _Noreturn void edp_fail(const char *why, uint32_t length);

#define EDP_FAIL(text) edp_fail(text, sizeof(text) - 1)
#define EDP_REQUIRE(condition, text) do { if (!(condition)) EDP_FAIL(text); } while (0)

/* Memory of the task; when the call allows no more, the task ends. */
static inline void *edp_allocate(size_t bytes)
{
    void *memory = malloc(bytes);
    EDP_REQUIRE(memory, "it needs more memory than the call allows (--memory)");
    return memory;
}

/* The whole input as numbers: 64-bit floats, little endian, one after the other. */
static inline double *edp_input_numbers(uint32_t *count)
{
    uint32_t bytes = edp_input_length();
    EDP_REQUIRE(bytes % sizeof(double) == 0, "the input is no sequence of 64-bit floats: its length is no multiple of 8");
    double *numbers = edp_allocate(bytes ? bytes : 1);
    edp_input_read(numbers, 0, bytes);
    *count = bytes / sizeof(double);
    return numbers;
}

/* A number that says how many of something there are. */
static inline uint32_t edp_count(double number, uint32_t most, const char *why, uint32_t length)
{
    if (!(number >= 0 && number <= most) || number != (double)(uint32_t)number)
        edp_fail(why, length);
    return (uint32_t)number;
}

#define EDP_COUNT(number, most, text) edp_count(number, most, text, sizeof(text) - 1)

#endif
