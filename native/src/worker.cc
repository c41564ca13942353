#include "worker.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "coded-error.h"
#include "micro-batches.h"

namespace foretoken {
namespace {

/** How long a decode waits for JavaScript's turn, as a share of the last decode: more is lost by waiting than by not sharing. */
constexpr double mostWaitShare = 0.2;
constexpr double leastWaitMs = 0.2;
constexpr double mostWaitMs = 5;

}  // namespace

void Worker::run(std::shared_ptr<const Model> model, const ContextOptions& options,
                 const std::function<void(std::exception_ptr)>& onReady) {
  try {
    engine_ = std::make_shared<Engine>(std::move(model), options, &isStopping_);
  } catch (...) {
    onReady(std::current_exception());
    return;
  }
  onReady(nullptr);
  while (take()) {
    hasMoved_ = false;
    beginJobs();
    workAlone();
    decodeShared();
    deliver();
  }
  failAll();
  deliver();
  // Freed here, on the thread that knows it idle; JavaScript reads no counters after it has asked to stop.
  engine_.reset();
}

void Worker::stop() {
  isStopping_ = true;
  const std::lock_guard<std::mutex> lock(mutex_);
  changed_.notify_one();
}

void Worker::enqueue(Jobs jobs) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::move(jobs.begin(), jobs.end(), std::back_inserter(queue_));
    hadTurn_ = true;
  }
  // Woken with the mutex held the thread would go back to sleep at once.
  changed_.notify_one();
}

std::unique_ptr<Job> Worker::withdraw(const Sequence* sequence) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = std::find_if(queue_.begin(), queue_.end(),
                                  [&](const auto& job) { return job->sequence().get() == sequence; });
  if (found == queue_.end()) return nullptr;
  std::unique_ptr<Job> job = std::move(*found);
  queue_.erase(found);
  return job;
}

bool Worker::workHere(std::unique_ptr<Job>& job, size_t tokens, double mostMs) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!isIdle_ || !queue_.empty() || isStopping_) return false;
  }
  const double share = static_cast<double>(tokens) / static_cast<double>(lastBatchTokens_);
  if (lastDecodeMs_ * std::max(1.0, share) > mostMs) return false;
  active_.push_back(Entry{std::move(job)});
  while (!active_.front().job->isDone()) {
    beginJobs();
    workAlone();
    decodeShared();
  }
  job = std::move(active_.front().job);
  active_.clear();
  return true;
}

void Worker::noteTurn() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    hadTurn_ = true;
  }
  changed_.notify_one();
}

bool Worker::take() {
  std::unique_lock<std::mutex> lock(mutex_);
  awaitTurn(lock);
  if (active_.empty() || !hasMoved_) {
    isIdle_ = active_.empty();
    changed_.wait(lock, [&] { return isStopping_ || !queue_.empty(); });
    isIdle_ = false;
  }
  for (auto& job : queue_) active_.push_back(Entry{std::move(job)});
  queue_.clear();
  return !isStopping_;
}

void Worker::awaitTurn(std::unique_lock<std::mutex>& lock) {
  if (!isShared || hadTurn_) return;
  const double waitMs = std::clamp(lastDecodeMs_ * mostWaitShare, leastWaitMs, mostWaitMs);
  changed_.wait_for(lock, std::chrono::duration<double, std::milli>(waitMs), [&] { return isStopping_ || hadTurn_; });
}

template <typename Step>
void Worker::attempt(Job& job, Step&& step) {
  try {
    step();
  } catch (...) {
    job.fail(std::current_exception());
    job.abandon(*engine_);
  }
}

bool Worker::isBehindAnother(size_t index) const {
  const auto& sequence = active_[index].job->sequence();
  return std::any_of(active_.begin(), active_.begin() + static_cast<std::ptrdiff_t>(index),
                     [&](const Entry& entry) { return entry.job->sequence() == sequence && !entry.job->isDone(); });
}

void Worker::beginJobs() {
  for (size_t index = 0; index < active_.size(); index++) {
    Entry& entry = active_[index];
    if (entry.hasBegun || isBehindAnother(index)) continue;
    attempt(*entry.job, [&] { entry.hasBegun = entry.job->begin(*engine_); });
    hasMoved_ = hasMoved_ || entry.hasBegun || entry.job->isDone();
  }
}

void Worker::workAlone() {
  for (Entry& entry : active_) {
    if (!entry.hasBegun || entry.job->isDone() || entry.job->isShared()) continue;
    attempt(*entry.job, [&] { entry.job->work(*engine_); });
    hasMoved_ = true;
  }
}

std::vector<Worker::Planned> Worker::plan() {
  std::vector<Job*> jobs;
  for (Entry& entry : active_) {
    if (entry.hasBegun && !entry.job->isDone() && entry.job->isShared()) jobs.push_back(entry.job.get());
  }
  std::stable_partition(jobs.begin(), jobs.end(), [](const Job* job) { return !job->isPatient(); });
  size_t left = std::count_if(jobs.begin(), jobs.end(), [](const Job* job) { return !job->isPatient(); });
  size_t room = engine_->options().batchTokens;
  std::vector<Planned> planned;
  for (Job* job : jobs) {
    // Everybody who waits for one decode gets at least one token into it.
    if (left > 0) left--;
    if (room <= left) continue;
    attempt(*job, [&] { planned.push_back({job, job->plan(*engine_, room - left)}); });
    if (job->isDone()) continue;
    room -= planned.back().width;
  }
  // llama.cpp joins sequences to one micro-batch only where their ids follow each other.
  std::sort(planned.begin(), planned.end(), [](const Planned& one, const Planned& other) {
    return one.job->sequence()->slot->id() < other.job->sequence()->slot->id();
  });
  return planned;
}

void Worker::decodeShared() {
  const std::vector<Planned> planned = plan();
  batch_.clear();
  for (const Planned& part : planned) attempt(*part.job, [&] { part.job->fill(*engine_, batch_); });
  hasMoved_ = hasMoved_ || !planned.empty();
  if (batch_.size() == 0) return;
  Decoded decoded{0, batch_.size(), microBatches(batch_.parts(), engine_->keptTail())};
  std::exception_ptr failure;
  try {
    decoded.decodeMs = engine_->decode(batch_);
  } catch (...) {
    failure = std::current_exception();
  }
  lastDecodeMs_ = decoded.decodeMs;
  lastBatchTokens_ = decoded.batchTokens;
  for (const Planned& part : planned) {
    if (part.job->isDone()) continue;
    attempt(*part.job, [&] {
      if (isStopping_ && failure) throw CodedError("ERR_SESSION_CLOSED", "the context was disposed of");
      if (failure) std::rethrow_exception(failure);
      part.job->absorb(*engine_, decoded);
    });
  }
}

void Worker::deliver() {
  const auto done = std::make_shared<Jobs>();
  const auto firstDone = std::stable_partition(active_.begin(), active_.end(),
                                               [](const Entry& entry) { return !entry.job->isDone(); });
  for (auto entry = firstDone; entry != active_.end(); ++entry) done->push_back(std::move(entry->job));
  active_.erase(firstDone, active_.end());
  if (done->empty()) return;
  if (isShared) {
    const std::lock_guard<std::mutex> lock(mutex_);
    hadTurn_ = false;
  }
  mailbox_->post([self = shared_from_this(), done](Napi::Env env) {
    for (auto& job : *done) job->settle(env);
    done->clear();
    if (self->onDelivered) self->onDelivered(env);
  });
}

void Worker::failAll() {
  for (Entry& entry : active_) {
    if (!entry.job->isDone()) entry.job->fail("ERR_SESSION_CLOSED", "the context was disposed of");
  }
}

}  // namespace foretoken
