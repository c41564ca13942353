#pragma once

#include <ggml.h>
#include <napi.h>

#include <cstddef>
#include <cstdint>

namespace foretoken {

/** `NativeContextOptions` of binding.d.ts, checked. */
struct ContextOptions {
  /** Most tokens of one sequence, at least 2. */
  size_t contextTokens = 2;
  /** 1 to 256, at most batchTokens. */
  size_t sequences = 1;
  /** Above snapshots + 1, which must fit into one micro-batch. */
  size_t batchTokens = 512;
  int32_t threads = 1;
  int32_t batchThreads = 1;
  ggml_type keyType = GGML_TYPE_F16;
  ggml_type valueType = GGML_TYPE_F16;
  /** 0 to 64. */
  uint32_t snapshots = 0;

  /** Throws `ERR_OPTION_INVALID` naming range and value. */
  static ContextOptions from(const Napi::Value& value);
};

}  // namespace foretoken
