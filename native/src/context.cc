#include "context.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "coded-error.h"

namespace foretoken {
namespace {

/** What `run`'s failure says, for the JavaScript thread. */
struct Failure {
  std::string code;
  std::string message;
};

Failure describe(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const CodedError& error) {
    return {error.code, error.what()};
  } catch (const std::bad_alloc&) {
    return {"ERR_BUDGET_EXCEEDED", "there is not enough memory for the context; ask for a smaller one"};
  } catch (const std::exception& error) {
    return {"ERR_ENGINE_LOST", error.what()};
  }
}

}  // namespace

Context::Context(std::shared_ptr<Mailbox> mailbox, const ContextOptions& options)
    : mailbox_(mailbox), worker_(std::make_shared<Worker>(std::move(mailbox))), options_(options) {}

Context::~Context() { worker_->stop(); }

void Context::start(Addon& addon, std::shared_ptr<const Model> model, const ContextOptions& options,
                    std::unique_ptr<Call> call,
                    std::function<Napi::Value(Napi::Env, std::shared_ptr<Context>)> wrap) {
  const auto context = std::make_shared<Context>(addon.mailbox, options);
  context->model_ = model;
  context->worker_->onDelivered = [weak = std::weak_ptr<Context>(context)](Napi::Env env) {
    const auto self = weak.lock();
    if (self && self->openSequences_ > 1) self->flushLater(env);
  };
  // Moved into the letter, so that context and call are only ever let go on the JavaScript thread.
  struct Ready {
    std::shared_ptr<Context> context;
    std::unique_ptr<Call> call;
    std::function<Napi::Value(Napi::Env, std::shared_ptr<Context>)> wrap;
  };
  const auto ready = std::make_shared<std::unique_ptr<Ready>>(
      std::make_unique<Ready>(Ready{context, std::move(call), std::move(wrap)}));
  const auto body = [worker = context->worker_, mailbox = addon.mailbox, model, options, ready,
                     ending = context->ending_]() mutable {
    worker->run(std::move(model), options, [&](const std::exception_ptr& failure) {
      const auto moved = std::make_shared<std::unique_ptr<Ready>>(std::move(*ready));
      const auto described = failure ? describe(failure) : Failure{};
      mailbox->post([moved, described](Napi::Env env) {
        const std::unique_ptr<Ready> ready = std::move(*moved);
        Context& context = *ready->context;
        if (!described.code.empty()) return ready->call->reject(env, described.code, described.message);
        context.rollback_ = context.worker_->engine()->rollbackName();
        context.snapshots_ = context.worker_->engine()->snapshots();
        ready->call->resolve(env, ready->wrap(env, ready->context));
      });
    });
    const auto last = std::make_shared<std::shared_ptr<Ending>>(std::move(ending));
    mailbox->post([last](Napi::Env env) {
      const std::shared_ptr<Ending> ending = std::move(*last);
      ending->isOver = true;
      for (const auto& call : ending->calls) call->resolve(env, env.Undefined());
      ending->calls.clear();
    });
  };
  addon.threads->start(body, [worker = context->worker_] { worker->stop(); });
}

Counts Context::counts() const {
  // The engine is gone where the process is about to end and has stopped the worker.
  const auto engine = isClosed_ ? nullptr : worker_->engine();
  return engine ? engine->counters().read() : lastCounts_;
}

void Context::reserve() {
  if (isClosed_) throw CodedError("ERR_SESSION_CLOSED", "the context was disposed of; make a new one");
  if (openSequences_ >= options_.sequences) {
    throw CodedError("ERR_BUDGET_EXCEEDED",
                     "all " + std::to_string(options_.sequences) +
                         " sequences of the context are open; close one or make a context with more");
  }
  openSequences_++;
  worker_->isShared = openSequences_ > 1;
}

void Context::release() {
  openSequences_--;
  worker_->isShared = openSequences_ > 1;
  // Nobody else has a turn to wait for.
  if (openSequences_ <= 1) worker_->noteTurn();
}

void Context::submit(Napi::Env env, std::unique_ptr<Job> job) {
  if (isClosed_) {
    job->fail("ERR_SESSION_CLOSED", "the context was disposed of");
    job->settle(env);
    return;
  }
  staged_.push_back(std::move(job));
  if (openSequences_ <= 1) return flush();
  flushLater(env);
}

bool Context::workHere(std::unique_ptr<Job>& job, size_t tokens, double mostMs) {
  return !isClosed_ && openSequences_ <= 1 && staged_.empty() && worker_->workHere(job, tokens, mostMs);
}

void Context::submitNow(std::unique_ptr<Job> job) {
  if (isClosed_) return;
  staged_.push_back(std::move(job));
  flush();
}

std::unique_ptr<Job> Context::withdraw(const Sequence* sequence) {
  const auto found = std::find_if(staged_.begin(), staged_.end(),
                                  [&](const auto& job) { return job->sequence().get() == sequence; });
  if (found == staged_.end()) return isClosed_ ? nullptr : worker_->withdraw(sequence);
  std::unique_ptr<Job> job = std::move(*found);
  staged_.erase(found);
  return job;
}

void Context::flushLater(Napi::Env env) {
  if (isFlushDue_) return;
  isFlushDue_ = true;
  if (flush_.IsEmpty()) {
    const auto flush = [weak = weak_from_this()](const Napi::CallbackInfo&) {
      if (const auto self = weak.lock()) self->flush();
    };
    flush_ = Napi::Persistent(Napi::Function::New(env, flush));
  }
  env.Global().Get("setImmediate").As<Napi::Function>().Call({flush_.Value()});
}

void Context::flush() {
  isFlushDue_ = false;
  if (staged_.empty()) return worker_->noteTurn();
  worker_->enqueue(std::exchange(staged_, {}));
}

void Context::close(Napi::Env env, std::unique_ptr<Call> call) {
  if (!isClosed_) {
    lastCounts_ = counts();
    if (!staged_.empty()) worker_->enqueue(std::exchange(staged_, {}));
    isClosed_ = true;
    worker_->stop();
  }
  if (!call) return;
  if (ending_->isOver) return call->resolve(env, env.Undefined());
  ending_->calls.push_back(std::move(call));
}

}  // namespace foretoken
