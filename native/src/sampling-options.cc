#include "sampling-options.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "coded-error.h"
#include "option-reader.h"

namespace foretoken {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr NumberRange anyNumber = {-infinity, infinity};
constexpr NumberRange zeroOrMore = {0, infinity};
constexpr NumberRange share = {0, 1};
constexpr NumberRange shareAboveZero = {0, 1, true};
constexpr NumberRange count = {0, std::numeric_limits<int32_t>::max()};
constexpr NumberRange half = {0, std::numeric_limits<uint32_t>::max()};

/** Below it a temperature is no different, and its inverse would be no number. */
constexpr float leastTemperature = 1e-6f;
/** llama.cpp cuts longer ones. */
constexpr size_t mostBreakerBytes = 40;
constexpr uint32_t mostBreakers = 64;

float checkedFloat(const OptionReader& reader, const char* field, const char* name, NumberRange range, float fallback) {
  const auto value = static_cast<float>(reader.number(field, name, range, fallback));
  if (std::isinf(value)) OptionReader::refuse(name, "a number that 32 bits can hold", reader.field(field));
  return value;
}

int32_t checkedCount(const OptionReader& reader, const char* field, const char* name, int32_t fallback) {
  return static_cast<int32_t>(reader.integer(field, name, count, fallback));
}

std::vector<std::string> breakersIn(const OptionReader& reader, std::vector<std::string> fallback) {
  const Napi::Value value = reader.field("dryBreakers");
  if (value.IsUndefined()) return fallback;
  if (!value.IsArray() || value.As<Napi::Array>().Length() > mostBreakers)
    OptionReader::refuse("dry.breakers", "an array of at most 64 strings", value);
  const auto list = value.As<Napi::Array>();
  std::vector<std::string> breakers;
  for (uint32_t index = 0; index < list.Length(); index++) {
    const Napi::Value breaker = list.Get(index);
    if (breaker.IsString()) breakers.push_back(breaker.As<Napi::String>().Utf8Value());
    if (!breaker.IsString() || breakers.back().empty() || breakers.back().size() > mostBreakerBytes)
      OptionReader::refuse("dry.breakers", "strings of 1 to 40 bytes", breaker);
  }
  return breakers;
}

std::vector<llama_logit_bias> biasesIn(const OptionReader& reader) {
  const Napi::Value tokens = reader.field("biasTokens");
  const Napi::Value values = reader.field("biasValues");
  if (tokens.IsUndefined() && values.IsUndefined()) return {};
  const auto isArrayOf = [](const Napi::Value& value, napi_typedarray_type type) {
    return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == type;
  };
  if (!isArrayOf(tokens, napi_int32_array)) OptionReader::refuse("logitBias", "token ids in an Int32Array", tokens);
  if (!isArrayOf(values, napi_float32_array)) OptionReader::refuse("logitBias", "biases in a Float32Array", values);
  const auto ids = tokens.As<Napi::Int32Array>();
  const auto biases = values.As<Napi::Float32Array>();
  if (ids.ElementLength() != biases.ElementLength())
    OptionReader::refuse("logitBias", std::to_string(ids.ElementLength()) + " biases, one a token",
                         Napi::Number::New(values.Env(), static_cast<double>(biases.ElementLength())));
  std::vector<llama_logit_bias> result;
  for (size_t index = 0; index < ids.ElementLength(); index++) {
    const float bias = biases[index];
    if (std::isnan(bias) || bias == std::numeric_limits<float>::infinity())
      OptionReader::refuse("logitBias", "finite numbers or -Infinity", Napi::Number::New(values.Env(), bias));
    result.push_back({ids[index], bias});
  }
  return result;
}

void readTruncation(const OptionReader& reader, SamplingOptions& options) {
  options.topK = checkedCount(reader, "topK", "topK", options.topK);
  options.topP = checkedFloat(reader, "topP", "topP", shareAboveZero, options.topP);
  options.minP = checkedFloat(reader, "minP", "minP", share, options.minP);
  options.typicalP = checkedFloat(reader, "typicalP", "typicalP", shareAboveZero, options.typicalP);
  options.topNSigma = checkedFloat(reader, "topNSigma", "topNSigma", {0, infinity, true}, options.topNSigma);
  options.xtcProbability = checkedFloat(reader, "xtcProbability", "xtc.probability", share, options.xtcProbability);
  options.xtcThreshold = checkedFloat(reader, "xtcThreshold", "xtc.threshold", share, options.xtcThreshold);
}

void readPenalties(const OptionReader& reader, SamplingOptions& options) {
  // The inverse has to be a 32-bit number as well.
  constexpr NumberRange repeat = {1e-6, 1e6};
  options.penaltyLastTokens =
      checkedCount(reader, "penaltyLastTokens", "penalties.lastTokens", options.penaltyLastTokens);
  options.penaltyRepeat = checkedFloat(reader, "penaltyRepeat", "penalties.repeat", repeat, options.penaltyRepeat);
  options.penaltyFrequency =
      checkedFloat(reader, "penaltyFrequency", "penalties.frequency", anyNumber, options.penaltyFrequency);
  options.penaltyPresence =
      checkedFloat(reader, "penaltyPresence", "penalties.presence", anyNumber, options.penaltyPresence);
  options.dryMultiplier = checkedFloat(reader, "dryMultiplier", "dry.multiplier", zeroOrMore, options.dryMultiplier);
  options.dryBase = checkedFloat(reader, "dryBase", "dry.base", {1, infinity}, options.dryBase);
  options.dryAllowedTokens = checkedCount(reader, "dryAllowedTokens", "dry.allowedTokens", options.dryAllowedTokens);
  options.dryLastTokens = checkedCount(reader, "dryLastTokens", "dry.lastTokens", options.dryLastTokens);
  options.dryBreakers = breakersIn(reader, options.dryBreakers);
}

}  // namespace

SamplingOptions SamplingOptions::from(const Napi::Value& value) {
  const OptionReader reader(value, "sampling");
  SamplingOptions options;
  options.temperature = checkedFloat(reader, "temperature", "temperature", {0, 100}, 0);
  if (options.temperature > 0) options.temperature = std::max(options.temperature, leastTemperature);
  options.seed = static_cast<uint64_t>(reader.integer("seedLow", "seed", half, 0)) |
                 static_cast<uint64_t>(reader.integer("seedHigh", "seed", half, 0)) << 32;
  readTruncation(reader, options);
  readPenalties(reader, options);
  options.biases = biasesIn(reader);
  options.grammar = reader.text("grammar", "grammar");
  options.topLogProbabilities =
      static_cast<int32_t>(reader.integer("topLogProbabilities", "topLogProbabilities", {0, 100}, 0));
  return options;
}

const SamplingOptions& SamplingOptions::fitting(const llama_model* model) const {
  const int32_t size = llama_vocab_n_tokens(llama_model_get_vocab(model));
  for (const llama_logit_bias& bias : biases) {
    if (bias.token >= 0 && bias.token < size) continue;
    throw CodedError("ERR_OPTION_INVALID", "logitBias must name tokens from 0 to " + std::to_string(size - 1) +
                                               ", got " + std::to_string(bias.token));
  }
  return *this;
}

bool SamplingOptions::hasPenalties() const {
  return penaltyLastTokens > 0 && (penaltyRepeat != 1 || penaltyFrequency != 0 || penaltyPresence != 0);
}

bool SamplingOptions::hasDry() const {
  return dryMultiplier > 0 && dryLastTokens > 0;
}

bool SamplingOptions::hasXtc() const {
  return xtcProbability > 0 && xtcThreshold <= 0.5f;
}

bool SamplingOptions::truncates() const {
  const bool mayLoseBest = typicalP < 1 || hasXtc();
  return mayLoseBest || (temperature > 0 && (topK > 0 || topP < 1 || minP > 0 || topNSigma > 0));
}

bool SamplingOptions::isPlainGreedy() const {
  return temperature <= 0 && !truncates() && !hasPenalties() && !hasDry() && biases.empty() && grammar.empty();
}

}  // namespace foretoken
