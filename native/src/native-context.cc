#include "native-context.h"

#include <algorithm>
#include <string>
#include <utility>

#include "coded-error.h"
#include "native-sequence.h"
#include "option-reader.h"
#include "prompt-job.h"
#include "restore-job.h"
#include "token-array.h"

namespace foretoken {
namespace {

/** Checks a prompt against the model and the context. */
std::vector<llama_token> promptFrom(const Napi::Value& value, const Context& context) {
  std::vector<llama_token> prompt = TokenArray::from(value, "prompt").copy();
  if (prompt.empty()) throw CodedError("ERR_OPTION_INVALID", "prompt must have at least one token, got none");
  const size_t most = context.options().contextTokens - 1;
  if (prompt.size() > most) {
    throw CodedError("ERR_CONTEXT_FULL", "the prompt has " + std::to_string(prompt.size()) +
                                             " tokens, and the context has room for " + std::to_string(most) +
                                             "; shorten it or raise contextTokens");
  }
  const auto bad = std::find_if_not(prompt.begin(), prompt.end(),
                                    [&](llama_token token) { return context.model()->isKnown(token); });
  if (bad != prompt.end()) {
    throw CodedError("ERR_OPTION_INVALID", "prompt must have tokens from 0 to " +
                                               std::to_string(context.model()->vocabularySize() - 1) + ", got " +
                                               std::to_string(*bad));
  }
  return prompt;
}

PromptJob::Options openOptionsFrom(const OptionReader& reader, size_t mostAnswerTokens) {
  PromptJob::Options options;
  options.sampling = SamplingOptions::from(reader.field("sampling"));
  options.answerTokens =
      reader.integer("answerTokens", "answerTokens", {0, static_cast<double>(mostAnswerTokens)}, 0);
  const Napi::Value reuse = reader.field("reuse");
  if (!reuse.IsUndefined() && !reuse.IsBoolean()) OptionReader::refuse("reuse", "a boolean", reuse);
  options.reuse = reuse.IsUndefined() || reuse.As<Napi::Boolean>().Value();
  options.scope = reader.text("scope", "scope");
  return options;
}

}  // namespace

Napi::Function NativeContext::define(Napi::Env env) {
  return DefineClass(env, "NativeContext",
                     {
                         InstanceAccessor<&NativeContext::rollback>("rollback"),
                         InstanceAccessor<&NativeContext::snapshots>("snapshots"),
                         InstanceMethod<&NativeContext::counters>("counters"),
                         InstanceMethod<&NativeContext::open>("open"),
                         InstanceMethod<&NativeContext::restore>("restore"),
                         InstanceMethod<&NativeContext::dispose>("dispose"),
                     });
}

Napi::Value NativeContext::wrap(Napi::Env env, std::shared_ptr<Context> context) {
  return Addon::of(env).context.New({Napi::External<std::shared_ptr<Context>>::New(env, &context)});
}

NativeContext::NativeContext(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeContext>(info) {
  if (!info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "a NativeContext is made by createContext");
  context_ = *info[0].As<Napi::External<std::shared_ptr<Context>>>().Data();
}

Napi::Value NativeContext::rollback(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), context_->rollback());
}

Napi::Value NativeContext::snapshots(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), context_->snapshots());
}

Napi::Value NativeContext::counters(const Napi::CallbackInfo& info) {
  const Counts counts = context_->counts();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("decodes", static_cast<double>(counts.decodes));
  object.Set("evaluatedTokens", static_cast<double>(counts.evaluatedTokens));
  object.Set("reusedTokens", static_cast<double>(counts.reusedTokens));
  object.Set("checkpoints", static_cast<double>(counts.checkpoints));
  object.Set("checkpointBytes", static_cast<double>(counts.checkpointBytes));
  object.Set("replayedTokens", static_cast<double>(counts.replayedTokens));
  object.Set("decodeMs", counts.decodeMs);
  object.Set("samplingMs", counts.samplingMs);
  object.Set("rollbackMs", counts.rollbackMs);
  return object;
}

template <typename MakeJob>
Napi::Value NativeContext::submit(const Napi::CallbackInfo& info, const OptionReader& reader, MakeJob&& makeJob) {
  const auto sequence = std::make_shared<Sequence>();
  sequence->model = context_->model();
  auto call = std::make_unique<Call>(info.Env(), context_->mailbox());
  Napi::Value promise = call->promise();
  call->watch(reader.field("cancel"));
  call->listen(reader.field("onProgress"));
  const auto wrap = [context = context_](Napi::Env env, const std::shared_ptr<Sequence>& opened) {
    return NativeSequence::wrap(env, context, opened);
  };
  std::unique_ptr<Job> job = makeJob(sequence, std::move(call), wrap);
  context_->reserve();
  job->onSettled = [context = context_](bool hasSucceeded) {
    if (!hasSucceeded) context->release();
  };
  context_->submit(info.Env(), std::move(job));
  return promise;
}

Napi::Value NativeContext::open(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    const OptionReader reader(info[1], "options");
    return submit(info, reader, [&](const auto& sequence, auto call, const auto& wrap) {
      sequence->text = promptFrom(info[0], *context_);
      sequence->depth = sequence->text.size();
      PromptJob::Options options = openOptionsFrom(reader, sequence->text.size());
      return std::make_unique<PromptJob>(sequence, std::move(call), std::move(options), wrap);
    });
  });
}

Napi::Value NativeContext::restore(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    const OptionReader reader(info[1], "options");
    const bool isBytes =
        info[0].IsTypedArray() && info[0].As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
    if (!isBytes) OptionReader::refuse("state", "a Uint8Array", info[0]);
    const auto bytes = info[0].As<Napi::Uint8Array>();
    return submit(info, reader, [&](const auto& sequence, auto call, const auto& wrap) {
      PromptJob::Options options = openOptionsFrom(reader, context_->options().contextTokens);
      // Copied, because it is read while JavaScript runs.
      std::vector<uint8_t> copied(bytes.Data(), bytes.Data() + bytes.ByteLength());
      return std::make_unique<RestoreJob>(sequence, std::move(call), std::move(options), wrap, std::move(copied));
    });
  });
}

Napi::Value NativeContext::dispose(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    auto call = std::make_unique<Call>(info.Env(), context_->mailbox());
    Napi::Value promise = call->promise();
    context_->close(info.Env(), std::move(call));
    return promise;
  });
}

}  // namespace foretoken
