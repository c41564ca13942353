#include "verify-job.h"

#include <algorithm>
#include <utility>

#include "addon.h"
#include "coded-error.h"
#include "token-array.h"

namespace foretoken {
namespace {

/**
 * Tokens behind a restored checkpoint that are evaluated again in front of a draft. That costs a little width instead of a
 * decode, and no new copy of the state, but grows with every rejected draft; beyond this many they get a decode of their own.
 */
constexpr size_t mostReplayedInFront = 16;

}  // namespace

VerifyJob::VerifyJob(std::shared_ptr<Sequence> sequence, std::unique_ptr<Call> call, std::vector<llama_token> draft)
    : Job(std::move(sequence), std::move(call)), draft_(std::move(draft)) {}

bool VerifyJob::begin(Engine& engine) {
  if (sequence_->isEnded) throw CodedError("ERR_SESSION_CLOSED", "the text has ended; open a new session");
  throwIfCancelled();
  cutDraft(engine);
  return true;
}

void VerifyJob::cutDraft(const Engine& engine) {
  const size_t free = engine.options().contextTokens - sequence_->text.size();
  // One place is the next token's.
  const size_t room = std::min(draft_.size(), free - 1);
  const auto isBad = [&](llama_token token) { return !engine.model().isKnown(token) || engine.model().endsText(token); };
  const auto end = draft_.begin() + static_cast<std::ptrdiff_t>(room);
  draft_.erase(std::find_if(draft_.begin(), end, isBad), draft_.end());
}

size_t VerifyJob::plan(Engine&, size_t room) {
  const size_t missing = sequence_->missing();
  isCatchingUp_ = missing > 1 && (missing > 1 + mostReplayedInFront || missing > room);
  if (isCatchingUp_) {
    width_ = std::min(room, missing - 1);
    return width_;
  }
  if (draft_.size() > room - missing) draft_.resize(room - missing);
  width_ = missing + draft_.size();
  return width_;
}

void VerifyJob::fill(Engine&, Batch& batch) {
  if (!watch_) watch_ = std::make_unique<Stopwatch>();
  Slot& slot = *sequence_->slot;
  if (!isCatchingUp_ && !draft_.empty() && !slot.canReject(draft_.size())) {
    const Stopwatch watch;
    slot.keepCheckpoint();
    verdict_.rollbackMs += watch.ms();
  }
  const auto& text = sequence_->text;
  const size_t start = slot.held().size();
  const size_t end = isCatchingUp_ ? start + width_ : text.size();
  verdict_.replayedTokens += std::min(end, sequence_->evaluated) - std::min(start, sequence_->evaluated);
  for (size_t index = start; index < end; index++) {
    const bool isPending = index + 1 == text.size();
    firstRow_ = batch.add(text[index], static_cast<llama_pos>(index), slot.id(), isPending);
  }
  if (isCatchingUp_) return;
  for (size_t index = 0; index < draft_.size(); index++) {
    batch.add(draft_[index], static_cast<llama_pos>(end + index), slot.id(), true);
  }
}

void VerifyJob::absorb(Engine& engine, const Decoded& decoded) {
  Slot& slot = *sequence_->slot;
  verdict_.decodeMs += decoded.decodeMs;
  const size_t start = slot.held().size();
  std::vector<llama_token> taken(sequence_->text.begin() + static_cast<std::ptrdiff_t>(start),
                                 isCatchingUp_ ? sequence_->text.begin() + static_cast<std::ptrdiff_t>(start + width_)
                                               : sequence_->text.end());
  if (!isCatchingUp_) taken.insert(taken.end(), draft_.begin(), draft_.end());
  slot.took(taken.data(), taken.size());
  if (isCatchingUp_) {
    sequence_->evaluated = std::max(sequence_->evaluated, slot.held().size());
    return;
  }
  const Stopwatch sampling;
  readRows(engine);
  verdict_.samplingMs = sampling.ms();
  const Stopwatch rollback;
  sequence_->evaluated = sequence_->text.size() - 1;
  slot.goBackTo(sequence_->text.size() - 1);
  verdict_.rollbackMs += rollback.ms();
  verdict_.width = 1 + draft_.size();
  verdict_.batchWidth = decoded.batchTokens - width_;
  verdict_.microBatches = decoded.microBatches;
  verdict_.verifyMs = watch_->ms();
  engine.counters().change([&](Counts& counts) {
    counts.replayedTokens += verdict_.replayedTokens;
    counts.samplingMs += verdict_.samplingMs;
    counts.rollbackMs += verdict_.rollbackMs;
  });
  finish();
}

void VerifyJob::readRows(const Engine& engine) {
  Sequence& sequence = *sequence_;
  for (size_t index = 0;; index++) {
    const float* row = engine.row(firstRow_ + static_cast<int32_t>(index));
    if (row == nullptr) throw CodedError("ERR_ENGINE_LOST", "llama.cpp gave no logits");
    const Choice choice = sequence.sampler->choose(row, sequence.text.size());
    sequence.sampler->accept(choice.token);
    sequence.append(choice.token);
    note(choice);
    const bool isAccepted = index < draft_.size() && draft_[index] == choice.token;
    if (isAccepted) continue;
    verdict_.accepted = index;
    verdict_.next = choice.token;
    verdict_.topGap = choice.topGap;
    break;
  }
  if (engine.model().endsText(verdict_.next)) {
    verdict_.end = End::text;
  } else if (sequence.text.size() >= engine.options().contextTokens) {
    verdict_.end = End::context;
  }
  sequence.isEnded = verdict_.end != End::none;
}

void VerifyJob::note(const Choice& choice) {
  for (const auto& [token, logProbability] : choice.top) {
    verdict_.choiceTokens.push_back(token);
    verdict_.choiceLogProbabilities.push_back(logProbability);
  }
}

void VerifyJob::abandon(Engine&) {
  // After begin nobody knows what the sampler has taken in.
  if (watch_) sequence_->isEnded = true;
}

Napi::Value VerifyJob::result(Napi::Env env) {
  const auto count = [&](size_t value) { return Napi::Number::New(env, static_cast<double>(value)); };
  const auto number = [&](double value) { return Napi::Number::New(env, value); };
  // In the order of verdictOf's parameters in index.js.
  const Napi::Value verdict = Addon::of(env).verdictOf.Call(
      {count(verdict_.accepted), number(verdict_.next), count(verdict_.width), count(verdict_.replayedTokens),
       count(verdict_.batchWidth), count(verdict_.microBatches), number(verdict_.end), number(verdict_.topGap),
       number(verdict_.verifyMs), number(verdict_.decodeMs), number(verdict_.samplingMs), number(verdict_.rollbackMs)});
  if (!verdict_.choiceTokens.empty()) {
    Napi::Object object = verdict.As<Napi::Object>();
    object.Set("choiceTokens", tokenArray(env, verdict_.choiceTokens));
    object.Set("choiceLogProbabilities", floatArray(env, verdict_.choiceLogProbabilities));
  }
  return verdict;
}

}  // namespace foretoken
