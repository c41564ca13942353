#include "model-arguments.h"

#include <cstring>
#include <string>

namespace foretoken {
namespace {

void copyText(char (&target)[128], const std::string& text, const char* name, const Napi::Value& got) {
  if (text.size() >= sizeof target || text.find('\0') != std::string::npos) {
    OptionReader::refuse(name, "at most 127 bytes of text", got);
  }
  std::memcpy(target, text.c_str(), text.size() + 1);
}

llama_model_kv_override overrideFrom(const Napi::Value& value) {
  const OptionReader reader(value, "override");
  llama_model_kv_override made = {};
  const std::string key = reader.text("key", "key");
  // An empty key is the end of the list.
  if (key.empty()) OptionReader::refuse("key", "a metadata key", reader.field("key"));
  copyText(made.key, key, "key", reader.field("key"));
  const std::string kind = reader.text("kind", "kind");
  const Napi::Value given = reader.field("value");
  if (kind == "int") {
    made.tag = LLAMA_KV_OVERRIDE_TYPE_INT;
    if (!given.IsNumber()) OptionReader::refuse("value", "an integer", given);
    made.val_i64 = reader.integer("value", "value", {-9007199254740991.0, 9007199254740991.0}, 0);
  } else if (kind == "float") {
    made.tag = LLAMA_KV_OVERRIDE_TYPE_FLOAT;
    if (!given.IsNumber()) OptionReader::refuse("value", "a number", given);
    made.val_f64 = given.As<Napi::Number>().DoubleValue();
  } else if (kind == "bool") {
    made.tag = LLAMA_KV_OVERRIDE_TYPE_BOOL;
    if (!given.IsBoolean()) OptionReader::refuse("value", "a boolean", given);
    made.val_bool = given.As<Napi::Boolean>().Value();
  } else if (kind == "string") {
    made.tag = LLAMA_KV_OVERRIDE_TYPE_STR;
    copyText(made.val_str, reader.text("value", "value"), "value", given);
  } else {
    OptionReader::refuse("kind", "'int', 'float', 'bool' or 'string'", reader.field("kind"));
  }
  return made;
}

}  // namespace

ModelOptions modelOptionsFrom(const Napi::Value& path, const OptionReader& reader) {
  ModelOptions options;
  if (!path.IsString()) OptionReader::refuse("path", "a string", path);
  options.path = path.As<Napi::String>().Utf8Value();
  const Napi::Value mapFile = reader.field("mapFile");
  if (!mapFile.IsUndefined() && !mapFile.IsBoolean()) OptionReader::refuse("mapFile", "a boolean", mapFile);
  options.mapFile = mapFile.IsUndefined() || mapFile.As<Napi::Boolean>().Value();
  const Napi::Value overrides = reader.field("overrides");
  if (overrides.IsUndefined()) return options;
  if (!overrides.IsArray()) OptionReader::refuse("overrides", "an array", overrides);
  const auto array = overrides.As<Napi::Array>();
  for (uint32_t index = 0; index < array.Length(); index++) options.overrides.push_back(overrideFrom(array.Get(index)));
  if (!options.overrides.empty()) options.overrides.push_back({});
  return options;
}

}  // namespace foretoken
