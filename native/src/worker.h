#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine.h"
#include "job.h"
#include "mailbox.h"

namespace foretoken {

/**
 * What the thread of a context does: at each decode border it takes all jobs that wait, lets them share one decode, and sends
 * what is done back in one letter.
 */
class Worker : public std::enable_shared_from_this<Worker> {
 public:
  using Jobs = std::vector<std::unique_ptr<Job>>;

  explicit Worker(std::shared_ptr<Mailbox> mailbox) : mailbox_(std::move(mailbox)) {}

  /** The thread: makes the engine, says so, works until it is stopped, and frees the engine. `onReady` hears a failure or none. */
  void run(std::shared_ptr<const Model> model, const ContextOptions& options,
           const std::function<void(std::exception_ptr)>& onReady);

  /** From any thread, as all below: ends soon, also within a decode; what is not done by then fails. */
  void stop();

  /** Jobs at the end of a turn of JavaScript's; see noteTurn. */
  void enqueue(Jobs jobs);
  /** Takes a job out that has not begun; null where there is none. */
  std::unique_ptr<Job> withdraw(const Sequence* sequence);

  /**
   * JavaScript thread: does a job of `tokens` tokens to its end, here, unless the thread has something to do, or it would take
   * more than `mostMs` milliseconds by the last decode. Says whether it did.
   */
  bool workHere(std::unique_ptr<Job>& job, size_t tokens, double mostMs);

  /** JavaScript has had its turn since the last letter: what it wanted of this context was enqueued. */
  void noteTurn();
  /** Whether more than one sequence is open, so that waiting for JavaScript's turn may fill a batch. */
  std::atomic<bool> isShared{false};

  /** Heard on the JavaScript thread after the jobs of a letter were settled. Set before run. */
  std::function<void(Napi::Env)> onDelivered;

  /** Set once ready: facts that do not change. Counters may be read at any time from then to the end. */
  std::shared_ptr<Engine> engine() const { return engine_; }

 private:
  struct Entry {
    std::unique_ptr<Job> job;
    bool hasBegun = false;
  };
  struct Planned {
    Job* job;
    size_t width;
  };

  bool take();
  void awaitTurn(std::unique_lock<std::mutex>& lock);
  void beginJobs();
  void workAlone();
  void decodeShared();
  std::vector<Planned> plan();
  void deliver();
  void failAll();
  bool isBehindAnother(size_t index) const;
  template <typename Step>
  void attempt(Job& job, Step&& step);

  const std::shared_ptr<Mailbox> mailbox_;
  std::atomic<bool> isStopping_{false};

  std::mutex mutex_;
  std::condition_variable changed_;
  /** Guarded by the mutex: jobs in the order of their arrival. */
  Jobs queue_;
  /** Guarded by the mutex: whether the thread has nothing to do, so that it touches nothing until something is enqueued. */
  bool isIdle_ = false;
  /** Guarded by the mutex: whether JavaScript had its turn since the last letter. */
  bool hadTurn_ = true;

  /** The rest is the thread's own, where it is not idle. Jobs that were taken and are not delivered, in order. */
  std::vector<Entry> active_;
  std::shared_ptr<Engine> engine_;
  Batch batch_;
  double lastDecodeMs_ = 0;
  size_t lastBatchTokens_ = 1;
  /** Whether the last round brought any job further; if not, only a new job can. */
  bool hasMoved_ = true;
};

}  // namespace foretoken
