#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace foretoken {

/** The elements of an Int32Array, in place; valid while JavaScript does not run. */
struct TokenArray {
  const int32_t* data;
  size_t size;

  /** Throws `ERR_OPTION_INVALID` where the value is none. Its memory may be shared between threads of JavaScript. */
  static TokenArray from(const Napi::Value& value, const char* name);

  std::vector<int32_t> copy() const { return std::vector<int32_t>(data, data + size); }
};

/** A new Int32Array. */
Napi::Value tokenArray(Napi::Env env, const std::vector<int32_t>& tokens);
/** A new Float32Array. */
Napi::Value floatArray(Napi::Env env, const std::vector<float>& values);

}  // namespace foretoken
