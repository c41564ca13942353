#include "context-options.h"

#include <string>

#include "coded-error.h"
#include "option-reader.h"

namespace foretoken {
namespace {

ggml_type cacheType(const OptionReader& options, const char* name) {
  const std::string text = options.text(name, name);
  if (text.empty() || text == "f16") return GGML_TYPE_F16;
  if (text == "f32") return GGML_TYPE_F32;
  if (text == "bf16") return GGML_TYPE_BF16;
  if (text == "q8_0") return GGML_TYPE_Q8_0;
  OptionReader::refuse(name, "'f16', 'f32', 'bf16' or 'q8_0'", options.field(name));
}

}  // namespace

ContextOptions ContextOptions::from(const Napi::Value& value) {
  const OptionReader reader(value, "options");
  ContextOptions options;
  options.contextTokens = reader.integer("contextTokens", "contextTokens", {2, 1 << 30}, 0);
  if (options.contextTokens == 0) {
    OptionReader::refuse("contextTokens", "an integer from 2 to 1073741824", reader.field("contextTokens"));
  }
  options.sequences = reader.integer("sequences", "sequences", {1, 256}, 1);
  options.snapshots = reader.integer("snapshots", "snapshots", {0, 64}, 0);
  options.batchTokens = reader.integer("batchTokens", "batchTokens", {1, 1 << 20}, 512);
  if (options.batchTokens < options.sequences || options.batchTokens < options.snapshots + 2) {
    throw CodedError("ERR_OPTION_INVALID", "batchTokens must be at least sequences and snapshots + 2, got " +
                                               std::to_string(options.batchTokens));
  }
  options.threads = reader.integer("threads", "threads", {1, 512}, 1);
  options.batchThreads = reader.integer("batchThreads", "batchThreads", {1, 512}, options.threads);
  options.keyType = cacheType(reader, "keyType");
  options.valueType = cacheType(reader, "valueType");
  return options;
}

}  // namespace foretoken
