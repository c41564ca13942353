#pragma once

#include <napi.h>

#include <cstdint>
#include <string>

namespace foretoken {

/** A range of numbers; both ends belong to it unless `isAboveLeast`. */
struct NumberRange {
  double least;
  double most;
  bool isAboveLeast = false;
};

/** Reads fields of an object of JavaScript's; every failure is `ERR_OPTION_INVALID` naming option, range and value. */
class OptionReader {
 public:
  /** `value` is an object or undefined, which has no fields. */
  OptionReader(const Napi::Value& value, const char* name);

  /** The number of a field, or `fallback`; `name` is what its owner calls it. */
  double number(const char* field, const char* name, NumberRange range, double fallback) const;
  /** The same for a whole number. */
  int64_t integer(const char* field, const char* name, NumberRange range, int64_t fallback) const;
  /** The text of a field; empty where there is none. */
  std::string text(const char* field, const char* name) const;
  /** A field, undefined where there is none. */
  Napi::Value field(const char* field) const;

  [[noreturn]] static void refuse(const std::string& name, const std::string& expected, const Napi::Value& got);

 private:
  const Napi::Value value_;
};

}  // namespace foretoken
