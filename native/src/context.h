#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "addon.h"
#include "context-options.h"
#include "worker.h"

namespace foretoken {

/**
 * The JavaScript side of a context: counts its sequences, and gathers what several of them ask in one turn of the event loop,
 * so that it reaches the worker together. JavaScript thread only. Without owners the worker stops by itself.
 */
class Context : public std::enable_shared_from_this<Context> {
 public:
  /** Starts the thread; `call` is settled with what `wrap` makes of the context, once it is ready. */
  static void start(Addon& addon, std::shared_ptr<const Model> model, const ContextOptions& options,
                    std::unique_ptr<Call> call,
                    std::function<Napi::Value(Napi::Env, std::shared_ptr<Context>)> wrap);
  Context(std::shared_ptr<Mailbox> mailbox, const ContextOptions& options);
  ~Context();

  bool isClosed() const { return isClosed_; }
  const ContextOptions& options() const { return options_; }
  const std::shared_ptr<const Model>& model() const { return model_; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  const char* rollback() const { return rollback_; }
  uint32_t snapshots() const { return snapshots_; }
  Counts counts() const;

  /** Counts one more open sequence; throws `ERR_BUDGET_EXCEEDED` where all are open, `ERR_SESSION_CLOSED` after the end. */
  void reserve();
  void release();

  /** Hands a job to the worker, at once or at the end of this turn; fails it where the context is closed. */
  void submit(Napi::Env env, std::unique_ptr<Job> job);
  /** Does a job of `tokens` tokens here where that thread is idle and nobody else could share the decode; see Worker::workHere. */
  bool workHere(std::unique_ptr<Job>& job, size_t tokens, double mostMs);
  /** Without environment: at once, as from a finalizer. */
  void submitNow(std::unique_ptr<Job> job);
  std::unique_ptr<Job> withdraw(const Sequence* sequence);

  /** Settles `call`, where there is one, once everything is freed. */
  void close(Napi::Env env, std::unique_ptr<Call> call);

 private:
  void flushLater(Napi::Env env);
  void flush();

  const std::shared_ptr<Mailbox> mailbox_;
  const std::shared_ptr<Worker> worker_;
  const ContextOptions options_;
  std::shared_ptr<const Model> model_;
  const char* rollback_ = "none";
  uint32_t snapshots_ = 0;
  /** Counted from the call of open to the call of close. */
  size_t openSequences_ = 0;
  bool isClosed_ = false;
  /** Counters at the moment of closing. */
  Counts lastCounts_;
  /** Jobs of this turn of the event loop. */
  Worker::Jobs staged_;
  bool isFlushDue_ = false;
  /** Flushes this context if it is still there; made at first use. */
  Napi::FunctionReference flush_;
  /** Shared with the thread's last letter. */
  struct Ending {
    bool isOver = false;
    std::vector<std::unique_ptr<Call>> calls;
  };
  const std::shared_ptr<Ending> ending_ = std::make_shared<Ending>();
};

}  // namespace foretoken
