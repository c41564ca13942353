#include "native-sampler.h"

#include <string>
#include <utility>

#include "call.h"
#include "coded-error.h"

namespace foretoken {
namespace {

/** What the functions of one object own together. */
struct SharedSampler {
  /** Declared first, so that it outlives the sampler. */
  std::shared_ptr<const void> owner;
  std::unique_ptr<Sampler> sampler;
};

using Method = Napi::Value (*)(SharedSampler&, const Napi::CallbackInfo&);

template <typename Array>
Array arrayArgument(const Napi::CallbackInfo& info, napi_typedarray_type type, const char* expected) {
  if (info[0].IsTypedArray() && info[0].As<Napi::TypedArray>().TypedArrayType() == type) return info[0].As<Array>();
  throw CodedError("ERR_OPTION_INVALID", expected);
}

int64_t integerArgument(const Napi::Value& value, const char* name) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  const auto integer = static_cast<int64_t>(number >= 0 && number <= 9007199254740991.0 ? number : -1);
  if (integer >= 0 && static_cast<double>(integer) == number) return integer;
  throw CodedError("ERR_OPTION_INVALID",
                   std::string(name) + " must be an integer from 0 up, got " + value.ToString().Utf8Value());
}

Napi::Value acceptPrompt(SharedSampler& shared, const Napi::CallbackInfo& info) {
  const auto tokens = arrayArgument<Napi::Int32Array>(info, napi_int32_array, "tokens must be an Int32Array");
  shared.sampler->acceptPrompt(tokens.Data(), tokens.ElementLength());
  return info.Env().Undefined();
}

Napi::Value choose(SharedSampler& shared, const Napi::CallbackInfo& info) {
  const auto logits = arrayArgument<Napi::Float32Array>(info, napi_float32_array, "logits must be a Float32Array");
  if (logits.ElementLength() != shared.sampler->vocabularySize()) {
    throw CodedError("ERR_OPTION_INVALID", "logits must have " + std::to_string(shared.sampler->vocabularySize()) +
                                               " columns, got " + std::to_string(logits.ElementLength()));
  }
  const auto position = static_cast<uint64_t>(integerArgument(info[1], "position"));
  const bool withProbability = info[2].IsUndefined() || info[2].ToBoolean();
  return choiceObject(info.Env(), shared.sampler->choose(logits.Data(), position, withProbability));
}

Napi::Value accept(SharedSampler& shared, const Napi::CallbackInfo& info) {
  const int64_t token = integerArgument(info[0], "token");
  shared.sampler->accept(token > INT32_MAX ? INT32_MAX : static_cast<llama_token>(token));
  return info.Env().Undefined();
}

Napi::Value clone(SharedSampler& shared, const Napi::CallbackInfo& info) {
  return nativeSampler(info.Env(), shared.sampler->clone(), shared.owner);
}

/** A function of JavaScript's whose failures carry a code. */
Napi::Function functionOf(Napi::Env env, const char* name, const std::shared_ptr<SharedSampler>& shared, Method method) {
  const auto call = [shared, method](const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] { return method(*shared, info); });
  };
  return Napi::Function::New(env, call, name);
}

}  // namespace

Napi::Object nativeSampler(Napi::Env env, std::unique_ptr<Sampler> sampler, std::shared_ptr<const void> owner) {
  const auto shared = std::make_shared<SharedSampler>(SharedSampler{std::move(owner), std::move(sampler)});
  Napi::Object object = Napi::Object::New(env);
  object.Set("acceptPrompt", functionOf(env, "acceptPrompt", shared, acceptPrompt));
  object.Set("choose", functionOf(env, "choose", shared, choose));
  object.Set("accept", functionOf(env, "accept", shared, accept));
  object.Set("clone", functionOf(env, "clone", shared, clone));
  return object;
}

Napi::Object choiceObject(Napi::Env env, const Choice& choice) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("token", Napi::Number::New(env, choice.token));
  object.Set("topGap", Napi::Number::New(env, choice.topGap));
  object.Set("probability", Napi::Number::New(env, choice.probability));
  if (choice.top.empty()) return object;
  auto tokens = Napi::Int32Array::New(env, choice.top.size());
  auto values = Napi::Float32Array::New(env, choice.top.size());
  for (size_t index = 0; index < choice.top.size(); index++) {
    tokens[index] = choice.top[index].first;
    values[index] = choice.top[index].second;
  }
  object.Set("choiceTokens", tokens);
  object.Set("choiceLogProbabilities", values);
  return object;
}

}  // namespace foretoken
