#pragma once

#include <napi.h>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "call.h"
#include "engine.h"
#include "sequence.h"

namespace foretoken {

/** How long a decode took and when it began. */
struct Decoded {
  double decodeMs;
  /** Tokens of all sequences. */
  size_t batchTokens;
  /** What llama.cpp split them into. */
  size_t microBatches;
};

/** Something that a context has to do for one sequence: made by the JavaScript thread, done by the worker, settled by the former. */
class Job {
 public:
  Job(std::shared_ptr<Sequence> sequence, std::unique_ptr<Call> call)
      : sequence_(std::move(sequence)), call_(std::move(call)) {}
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  const std::shared_ptr<Sequence>& sequence() const { return sequence_; }
  /** Null where nobody waits. */
  const std::unique_ptr<Call>& call() const { return call_; }

  /** Worker, first: false where it has to wait, as for a slot. May finish it. */
  virtual bool begin(Engine& engine) = 0;

  /** Worker, at each decode border, between begin and done: whether it takes part in shared decodes; otherwise `work` is called. */
  virtual bool isShared() const { return true; }
  /** Long prompts take the room that others leave. */
  virtual bool isPatient() const { return false; }
  /** How many tokens it puts into the next batch, at least one and at most `room`. */
  virtual size_t plan(Engine& engine, size_t room);
  /** Puts as many tokens as planned into the batch. */
  virtual void fill(Engine& engine, Batch& batch);
  virtual void absorb(Engine& engine, const Decoded& decoded);
  /** Work of at most one decode of its own. */
  virtual void work(Engine& engine);

  bool isDone() const { return isDone_; }
  void fail(const std::exception_ptr& failure);
  void fail(const std::string& code, const std::string& message);
  /** Called once where the job ends without result; leaves the sequence in a state that can be used, or closed. */
  virtual void abandon(Engine&) {}

  /** JavaScript thread, once it is done. */
  void settle(Napi::Env env);
  /** The same where nobody waits for a promise: the result, or the failure thrown. */
  Napi::Value outcome(Napi::Env env);
  /** Heard then, before the promise is settled; may be empty. */
  std::function<void(bool hasSucceeded)> onSettled;

 protected:
  void finish() { isDone_ = true; }
  /** Throws `ERR_ABORTED` where the caller has cancelled. */
  void throwIfCancelled() const;
  /** JavaScript thread, where the job succeeded. */
  virtual Napi::Value result(Napi::Env env) = 0;

  const std::shared_ptr<Sequence> sequence_;
  const std::unique_ptr<Call> call_;

 private:
  bool isDone_ = false;
  struct Failure {
    std::string code;
    std::string message;
  };
  std::optional<Failure> failure_;
};

}  // namespace foretoken
