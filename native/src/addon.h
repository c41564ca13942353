#pragma once

#include <napi.h>

#include <memory>

#include "mailbox.h"
#include "threads.h"

namespace foretoken {

/** What belongs to one environment, the main thread's or a worker thread's. */
struct Addon {
  explicit Addon(Napi::Env env) : mailbox(Mailbox::open(env)), threads(Threads::make(mailbox)) {}

  static Addon& of(Napi::Env env) { return *env.GetInstanceData<Addon>(); }

  const std::shared_ptr<Mailbox> mailbox;
  const std::shared_ptr<Threads> threads;
  /** The classes of binding.d.ts, which only this addon can construct. */
  Napi::FunctionReference model;
  Napi::FunctionReference context;
  Napi::FunctionReference sequence;
  /** Makes the object of a verdict out of its fields; in JavaScript, because naming each field from here takes much longer. */
  Napi::FunctionReference verdictOf;
};

}  // namespace foretoken
