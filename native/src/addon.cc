#include "addon.h"

#include <llama.h>

#include <string>

#include "backend.h"
#include "call.h"
#include "native-context.h"
#include "native-model.h"
#include "native-sequence.h"
#include "option-reader.h"

namespace foretoken {
namespace {

Napi::Value start(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    if (!info[0].IsString()) OptionReader::refuse("libraryFolder", "a string", info[0]);
    Backend::start(info[0].As<Napi::String>().Utf8Value());
    Napi::Object facts = Napi::Object::New(info.Env());
    facts.Set("systemInfo", llama_print_system_info());
    facts.Set("cpuLibrary", Backend::cpuLibrary());
    return facts;
  });
}

Napi::Value living(const Napi::CallbackInfo& info) {
  Napi::Object counts = Napi::Object::New(info.Env());
  counts.Set("models", static_cast<double>(Living<Model>::count()));
  counts.Set("contexts", static_cast<double>(Living<Engine>::count()));
  counts.Set("sequences", static_cast<double>(Living<Sequence>::count()));
  counts.Set("calls", static_cast<double>(Living<Call>::count()));
  return counts;
}

void setVerdictOf(const Napi::CallbackInfo& info) {
  Addon::of(info.Env()).verdictOf = Napi::Persistent(info[0].As<Napi::Function>());
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  auto* addon = new Addon(env);
  env.SetInstanceData<Addon>(addon);
  addon->model = Napi::Persistent(NativeModel::define(env));
  addon->context = Napi::Persistent(NativeContext::define(env));
  addon->sequence = Napi::Persistent(NativeSequence::define(env));
  // Added behind the mailbox's own, so that it runs before it: the threads' last letters still find it open.
  env.AddCleanupHook([threads = addon->threads] { threads->end(); });
  // `process.exit` runs no such hooks, but ends llama.cpp's static objects, which threads must not use any more.
  const auto end = [threads = addon->threads](const Napi::CallbackInfo&) { threads->end(); };
  Napi::Object process = env.Global().Get("process").As<Napi::Object>();
  process.Get("once").As<Napi::Function>().Call(process, {Napi::String::New(env, "exit"), Napi::Function::New(env, end)});
  exports.Set("engineVersion", FORETOKEN_ENGINE_VERSION);
  exports.Set("start", Napi::Function::New(env, start, "start"));
  exports.Set("setVerdictOf", Napi::Function::New(env, setVerdictOf, "setVerdictOf"));
  exports.Set("living", Napi::Function::New(env, living, "living"));
  exports.Set("loadModel", Napi::Function::New(env, NativeModel::load, "loadModel"));
  return exports;
}

}  // namespace

NODE_API_MODULE(foretoken, initialize)

}  // namespace foretoken
