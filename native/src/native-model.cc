#include "native-model.h"

#include <atomic>
#include <utility>
#include <vector>

#include "addon.h"
#include "backend.h"
#include "call.h"
#include "coded-error.h"
#include "context.h"
#include "model-arguments.h"
#include "native-context.h"
#include "native-sampler.h"
#include "token-array.h"

namespace foretoken {
namespace {

using ModelPointer = std::shared_ptr<const Model>;

/** What a thread that loads a model and the letter about it hand each other. */
struct Loading {
  ModelOptions options;
  std::unique_ptr<Call> call;
  std::atomic<bool> isStopping{false};
  ModelPointer model;
  std::string code;
  std::string message;
};

void loadFrom(Loading& loading) {
  loading.options.onProgress = [&](float rate) {
    loading.call->progress(rate);
    return !loading.isStopping && !loading.call->isCancelled();
  };
  try {
    loading.model = Model::load(loading.options);
  } catch (const CodedError& error) {
    loading.code = error.code;
    loading.message = error.what();
  } catch (const std::exception& error) {
    loading.code = "ERR_ENGINE_LOST";
    loading.message = error.what();
  }
}

void describe(Napi::Env env, Napi::Object object, const Model& model) {
  std::vector<llama_token> ends;
  for (llama_token token = 0; token < model.vocabularySize(); token++) {
    if (model.endsText(token)) ends.push_back(token);
  }
  object.Set("vocabularySize", model.vocabularySize());
  object.Set("endOfTextTokens", tokenArray(env, ends));
  object.Set("trainedContextTokens", llama_model_n_ctx_train(model.get()));
  object.Set("weightsBytes", static_cast<double>(llama_model_size(model.get())));
  object.Set("isRecurrent", llama_model_is_recurrent(model.get()));
  object.Set("isHybrid", llama_model_is_hybrid(model.get()));
  object.Set("slidingWindowTokens", llama_model_n_swa(model.get()));
}

}  // namespace

Napi::Function NativeModel::define(Napi::Env env) {
  return DefineClass(env, "NativeModel",
                     {
                         InstanceMethod<&NativeModel::createContext>("createContext"),
                         InstanceMethod<&NativeModel::createSampler>("createSampler"),
                         InstanceMethod<&NativeModel::dispose>("dispose"),
                     });
}

NativeModel::NativeModel(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeModel>(info) {
  if (!info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "a NativeModel is made by loadModel");
  model_ = *info[0].As<Napi::External<ModelPointer>>().Data();
  describe(info.Env(), info.This().As<Napi::Object>(), *model_);
}

Napi::Value NativeModel::load(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    if (!Backend::isStarted()) throw CodedError("ERR_OPTION_INVALID", "call start before loadModel");
    const OptionReader reader(info[1], "options");
    Addon& addon = Addon::of(info.Env());
    const auto loading = std::make_shared<Loading>();
    loading->options = modelOptionsFrom(info[0], reader);
    loading->call = std::make_unique<Call>(info.Env(), addon.mailbox);
    Napi::Value promise = loading->call->promise();
    loading->call->watch(reader.field("cancel"));
    loading->call->listen(reader.field("onProgress"));
    const auto body = [mailbox = addon.mailbox, given = loading]() mutable {
      loadFrom(*given);
      // Moved, so that the call is only ever let go on the JavaScript thread.
      const auto last = std::make_shared<std::shared_ptr<Loading>>(std::move(given));
      mailbox->post([last](Napi::Env env) {
        const std::shared_ptr<Loading> loaded = std::move(*last);
        if (!loaded->model) return loaded->call->reject(env, loaded->code, loaded->message);
        loaded->call->resolve(env, Addon::of(env).model.New({Napi::External<ModelPointer>::New(env, &loaded->model)}));
      });
    };
    addon.threads->start(body, [weak = std::weak_ptr<Loading>(loading)] {
      if (const auto given = weak.lock()) given->isStopping = true;
    });
    return promise;
  });
}

const std::shared_ptr<const Model>& NativeModel::open() const {
  if (!model_) throw CodedError("ERR_SESSION_CLOSED", "the model was disposed of; load it again");
  return model_;
}

Napi::Value NativeModel::createContext(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    const ModelPointer& model = open();
    const ContextOptions options = ContextOptions::from(info[0]);
    Addon& addon = Addon::of(info.Env());
    auto call = std::make_unique<Call>(info.Env(), addon.mailbox);
    Napi::Value promise = call->promise();
    Context::start(addon, model, options, std::move(call), NativeContext::wrap);
    return promise;
  });
}

Napi::Value NativeModel::createSampler(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const ModelPointer& model = open();
    return nativeSampler(info.Env(), std::make_unique<Sampler>(model->get(), SamplingOptions::from(info[0])), model);
  });
}

Napi::Value NativeModel::dispose(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    Addon& addon = Addon::of(info.Env());
    auto call = std::make_unique<Call>(info.Env(), addon.mailbox);
    Napi::Value promise = call->promise();
    // Giving gigabytes back takes time. Contexts that are left keep the weights until their own end.
    auto given = std::make_shared<ModelPointer>(std::move(model_));
    model_.reset();
    const auto shared = std::make_shared<std::unique_ptr<Call>>(std::move(call));
    const auto body = [mailbox = addon.mailbox, given, shared] {
      given->reset();
      const auto last = std::make_shared<std::unique_ptr<Call>>(std::move(*shared));
      mailbox->post([last](Napi::Env env) {
        const std::unique_ptr<Call> call = std::move(*last);
        call->resolve(env, env.Undefined());
      });
    };
    addon.threads->start(body, [] {});
    return promise;
  });
}

}  // namespace foretoken
