#include "option-reader.h"

#include <cmath>
#include <sstream>

#include "coded-error.h"

namespace foretoken {
namespace {

std::string written(double number) {
  std::ostringstream text;
  text.precision(10);
  text << number;
  return text.str();
}

std::string written(const NumberRange& range) {
  const std::string start = (range.isAboveLeast ? "above " : "from ") + written(range.least);
  if (!std::isinf(range.most)) return start + " to " + written(range.most);
  return range.isAboveLeast ? start : start + " up";
}

bool isInside(double number, const NumberRange& range) {
  return std::isfinite(number) && number <= range.most &&
         (range.isAboveLeast ? number > range.least : number >= range.least);
}

}  // namespace

OptionReader::OptionReader(const Napi::Value& value, const char* name) : value_(value) {
  if (!value.IsUndefined() && !value.IsObject()) refuse(name, "an object", value);
}

Napi::Value OptionReader::field(const char* field) const {
  return value_.IsUndefined() ? value_ : value_.As<Napi::Object>().Get(field);
}

double OptionReader::number(const char* field, const char* name, NumberRange range, double fallback) const {
  const Napi::Value value = this->field(field);
  if (value.IsUndefined()) return fallback;
  const bool isUnbounded = std::isinf(range.least) && std::isinf(range.most);
  const std::string expected = isUnbounded ? "a finite number" : "a number " + written(range);
  if (!value.IsNumber() || !isInside(value.As<Napi::Number>().DoubleValue(), range)) refuse(name, expected, value);
  return value.As<Napi::Number>().DoubleValue();
}

int64_t OptionReader::integer(const char* field, const char* name, NumberRange range, int64_t fallback) const {
  const Napi::Value value = this->field(field);
  if (value.IsUndefined()) return fallback;
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (!isInside(number, range) || std::trunc(number) != number) refuse(name, "an integer " + written(range), value);
  return static_cast<int64_t>(number);
}

std::string OptionReader::text(const char* field, const char* name) const {
  const Napi::Value value = this->field(field);
  if (value.IsUndefined()) return "";
  if (!value.IsString()) refuse(name, "a string", value);
  return value.As<Napi::String>().Utf8Value();
}

void OptionReader::refuse(const std::string& name, const std::string& expected, const Napi::Value& got) {
  const std::string value = got.IsSymbol() ? "a symbol" : got.ToString().Utf8Value();
  throw CodedError("ERR_OPTION_INVALID", name + " must be " + expected + ", got " + value.substr(0, 100));
}

}  // namespace foretoken
