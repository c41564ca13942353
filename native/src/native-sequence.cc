#include "native-sequence.h"

#include <algorithm>
#include <string>
#include <utility>

#include "close-job.h"
#include "coded-error.h"
#include "cost-job.h"
#include "draft-job.h"
#include "option-reader.h"
#include "save-job.h"
#include "token-array.h"
#include "verify-job.h"

namespace foretoken {
namespace {

struct Parts {
  std::shared_ptr<Context> context;
  std::shared_ptr<Sequence> sequence;
};

double millisecondsFrom(const Napi::Value& value, const char* name) {
  const bool isNumber = value.IsNumber() && value.As<Napi::Number>().DoubleValue() >= 0;
  if (!isNumber) OptionReader::refuse(name, "a number from 0 up", value);
  return value.As<Napi::Number>().DoubleValue();
}

DraftJob::Limits limitsFrom(const OptionReader& reader) {
  DraftJob::Limits limits;
  limits.maxTokens = reader.integer("maxTokens", "maxTokens", {0, 1 << 20}, 0);
  limits.minProbability = reader.number("minProbability", "minProbability", {0, 1}, 0);
  return limits;
}

}  // namespace

Napi::Function NativeSequence::define(Napi::Env env) {
  return DefineClass(env, "NativeSequence",
                     {
                         InstanceAccessor<&NativeSequence::depth>("depth"),
                         InstanceAccessor<&NativeSequence::reusedTokens>("reusedTokens"),
                         InstanceMethod<&NativeSequence::verify>("verify"),
                         InstanceMethod<&NativeSequence::verifyHere>("verifyHere"),
                         InstanceMethod<&NativeSequence::withdraw>("withdraw"),
                         InstanceMethod<&NativeSequence::append>("append"),
                         InstanceMethod<&NativeSequence::draft>("draft"),
                         InstanceMethod<&NativeSequence::draftHere>("draftHere"),
                         InstanceMethod<&NativeSequence::measureCost>("measureCost"),
                         InstanceMethod<&NativeSequence::save>("save"),
                         InstanceMethod<&NativeSequence::close>("close"),
                     });
}

Napi::Value NativeSequence::wrap(Napi::Env env, std::shared_ptr<Context> context, std::shared_ptr<Sequence> sequence) {
  Parts parts{std::move(context), std::move(sequence)};
  return Addon::of(env).sequence.New({Napi::External<Parts>::New(env, &parts)});
}

NativeSequence::NativeSequence(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeSequence>(info) {
  if (!info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "a NativeSequence is made by open and restore");
  auto* parts = info[0].As<Napi::External<Parts>>().Data();
  context_ = parts->context;
  sequence_ = parts->sequence;
}

void NativeSequence::Finalize(Napi::Env) {
  if (!context_ || sequence_->isClosed) return;
  sequence_->isClosed = true;
  context_->submitNow(std::make_unique<CloseJob>(sequence_, nullptr));
  context_->release();
}

Napi::Value NativeSequence::depth(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(sequence_->depth.load()));
}

Napi::Value NativeSequence::reusedTokens(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(sequence_->reusedTokens));
}

void NativeSequence::assertIdle() const {
  if (sequence_->isClosed) throw CodedError("ERR_SESSION_CLOSED", "the sequence was closed; open a new one");
  if (sequence_->isBusy) throw CodedError("ERR_SESSION_BUSY", "the sequence is at work; await the earlier call first");
}

template <typename MakeJob>
Napi::Value NativeSequence::submit(const Napi::CallbackInfo& info, MakeJob&& makeJob) {
  return promised(info.Env(), [&] {
    assertIdle();
    std::unique_ptr<Job> job = makeJob();
    Napi::Value promise = job->call()->promise();
    sequence_->isBusy = true;
    // Who only keeps the promise keeps the context.
    job->onSettled = [context = context_, sequence = sequence_](bool) { sequence->isBusy = false; };
    context_->submit(info.Env(), std::move(job));
    return promise;
  });
}

Napi::Value NativeSequence::verify(const Napi::CallbackInfo& info) {
  return submit(info, [&] {
    std::vector<llama_token> draft = TokenArray::from(info[0], "draft").copy();
    return std::make_unique<VerifyJob>(sequence_, std::make_unique<Call>(info.Env(), context_->mailbox()),
                                       std::move(draft));
  });
}

Napi::Value NativeSequence::verifyHere(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    assertIdle();
    std::vector<llama_token> draft = TokenArray::from(info[0], "draft").copy();
    const double mostMs = millisecondsFrom(info[1], "mostMs");
    const size_t tokens = 1 + draft.size();
    return doHere(info.Env(), std::make_unique<VerifyJob>(sequence_, nullptr, std::move(draft)), tokens, mostMs);
  });
}

Napi::Value NativeSequence::doHere(Napi::Env env, std::unique_ptr<Job> job, size_t tokens, double mostMs) {
  return context_->workHere(job, tokens, mostMs) ? job->outcome(env) : env.Undefined();
}

Napi::Value NativeSequence::withdraw(const Napi::CallbackInfo& info) {
  const std::unique_ptr<Job> job = sequence_->isBusy ? context_->withdraw(sequence_.get()) : nullptr;
  if (job) {
    job->fail("ERR_ABORTED", "the call was withdrawn before it began");
    job->settle(info.Env());
  }
  return Napi::Boolean::New(info.Env(), job != nullptr);
}

Napi::Value NativeSequence::append(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    assertIdle();
    const TokenArray tokens = TokenArray::from(info[0], "tokens");
    const size_t room = context_->options().contextTokens - sequence_->text.size();
    if (tokens.size > room) {
      throw CodedError("ERR_CONTEXT_FULL", std::to_string(tokens.size) + " tokens do not fit, the context has room for " +
                                               std::to_string(room) + " more");
    }
    const auto isKnown = [&](llama_token token) { return sequence_->model->isKnown(token); };
    if (!std::all_of(tokens.data, tokens.data + tokens.size, isKnown)) {
      throw CodedError("ERR_OPTION_INVALID", "tokens must be of the vocabulary, from 0 to " +
                                                 std::to_string(sequence_->model->vocabularySize() - 1));
    }
    for (size_t index = 0; index < tokens.size; index++) {
      sequence_->sampler->accept(tokens.data[index]);
      sequence_->append(tokens.data[index]);
    }
    return info.Env().Undefined();
  });
}

Napi::Value NativeSequence::draft(const Napi::CallbackInfo& info) {
  return submit(info, [&] {
    const OptionReader reader(info[0], "limits");
    const DraftJob::Limits limits = limitsFrom(reader);
    auto call = std::make_unique<Call>(info.Env(), context_->mailbox());
    call->watch(reader.field("cancel"));
    return std::make_unique<DraftJob>(sequence_, std::move(call), limits);
  });
}

Napi::Value NativeSequence::draftHere(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    assertIdle();
    const DraftJob::Limits limits = limitsFrom(OptionReader(info[0], "limits"));
    const double mostMs = millisecondsFrom(info[1], "mostMs");
    return doHere(info.Env(), std::make_unique<DraftJob>(sequence_, nullptr, limits), limits.maxTokens, mostMs);
  });
}

Napi::Value NativeSequence::measureCost(const Napi::CallbackInfo& info) {
  return submit(info, [&] {
    std::vector<int32_t> widths = TokenArray::from(info[0], "widths").copy();
    const double budgetMs = millisecondsFrom(info[1], "budgetMs");
    return std::make_unique<CostJob>(sequence_, std::make_unique<Call>(info.Env(), context_->mailbox()),
                                     std::move(widths), budgetMs);
  });
}

Napi::Value NativeSequence::save(const Napi::CallbackInfo& info) {
  return submit(info, [&] {
    return std::make_unique<SaveJob>(sequence_, std::make_unique<Call>(info.Env(), context_->mailbox()));
  });
}

Napi::Value NativeSequence::close(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    auto call = std::make_unique<Call>(info.Env(), context_->mailbox());
    Napi::Value promise = call->promise();
    if (sequence_->isClosed) {
      // The first call frees it; nothing is left to wait for that could matter to the caller.
      call->resolve(info.Env(), info.Env().Undefined());
      return promise;
    }
    sequence_->isClosed = true;
    auto job = std::make_unique<CloseJob>(sequence_, std::move(call));
    if (context_->isClosed()) {
      job->settle(info.Env());
    } else {
      context_->submit(info.Env(), std::move(job));
      context_->release();
    }
    return promise;
  });
}

}  // namespace foretoken
