#include "token-array.h"

#include <algorithm>

#include "option-reader.h"

namespace foretoken {

TokenArray TokenArray::from(const Napi::Value& value, const char* name) {
  napi_typedarray_type type = napi_int8_array;
  size_t size = 0;
  void* data = nullptr;
  // Not node-addon-api's, which refuses shared memory.
  const bool isArray =
      value.IsTypedArray() &&
      napi_get_typedarray_info(value.Env(), value, &type, &size, &data, nullptr, nullptr) == napi_ok;
  if (!isArray || type != napi_int32_array) OptionReader::refuse(name, "an Int32Array", value);
  return {static_cast<const int32_t*>(data), size};
}

Napi::Value tokenArray(Napi::Env env, const std::vector<int32_t>& tokens) {
  auto array = Napi::Int32Array::New(env, tokens.size());
  std::copy(tokens.begin(), tokens.end(), array.Data());
  return array;
}

Napi::Value floatArray(Napi::Env env, const std::vector<float>& values) {
  auto array = Napi::Float32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

}  // namespace foretoken
