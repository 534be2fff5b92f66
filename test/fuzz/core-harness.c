/*
 * Coverage-guided fuzzing of the shipped core.wasm: wasm2c output under libFuzzer. A Wasm trap is a finding.
 * After a successful scan the rows are walked to their ends, encoded, scanned again and encoded again: the two
 * encodings must be equal. schema.h holds the schema table (scripts/fuzz.mjs writes it).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core.h"
#include "schema.h"
#include "wasm-rt-impl.h"

enum { MAX_INPUT = 1 << 16, MAX_TAPE = 1 << 24, STATUS_OK = 0, FLAG_MORE = 2 };
enum { RESULT_CONSUMED = 1, RESULT_TAPE_WORDS = 2, RESULT_OUTPUT_BYTES = 6 };

static Z_core_instance_t core;
static int ready;
static uint8_t first[MAX_INPUT * 8];

static uint32_t word(uint32_t at) {
  uint32_t value;
  memcpy(&value, core.w2c_memory.data + at, 4);
  return value;
}

static uint32_t result(int ix) { return word(Z_coreZ_result_ptr(&core) + 4 * ix); }

static uint32_t scan(const uint8_t *bytes, uint32_t length, uint32_t flags) {
  if (Z_coreZ_reserve(&core, sizeof SCHEMA, length, MAX_TAPE) != STATUS_OK) return 99;
  memcpy(core.w2c_memory.data + Z_coreZ_schema_ptr(&core), SCHEMA, sizeof SCHEMA);
  memcpy(core.w2c_memory.data + Z_coreZ_input_ptr(&core), bytes, length);
  return Z_coreZ_pb_scan(&core, 0, length, flags, 100, 0xffffffff, MAX_TAPE);
}

/* Every word of the tape can be read: the lengths the core reports are true. */
static uint32_t walk(void) {
  uint32_t sum = 0, at = Z_coreZ_tape_ptr(&core);
  for (uint32_t left = result(RESULT_TAPE_WORDS); left > 0; left--, at += 4) sum += word(at);
  return sum;
}

static uint32_t encode(void) {
  if (Z_coreZ_pb_encode(&core, 0, result(RESULT_TAPE_WORDS)) != STATUS_OK) return 0;
  return result(RESULT_OUTPUT_BYTES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!ready) {
    wasm_rt_init();
    Z_core_init_module();
    Z_core_instantiate(&core);
    ready = 1;
  }
  if (size < 1 || size > MAX_INPUT) return 0;
  uint32_t flags = data[0] & 7, length = (uint32_t)size - 1;
  wasm_rt_trap_t trap = wasm_rt_impl_try();
  if (trap) abort();
  uint32_t status = scan(data + 1, length, flags);
  if (status > 3 && status != 99) abort();
  if (result(RESULT_CONSUMED) > length) abort();
  walk();
  if (status != STATUS_OK || (flags & FLAG_MORE)) return 0;
  uint32_t bytes = encode();
  if (bytes > sizeof first) abort();
  memcpy(first, core.w2c_memory.data + result(RESULT_CONSUMED), bytes);
  if (scan(first, bytes, 0) != STATUS_OK) abort();
  if (encode() != bytes) abort();
  if (memcmp(first, core.w2c_memory.data + result(RESULT_CONSUMED), bytes) != 0) abort();
  return 0;
}
