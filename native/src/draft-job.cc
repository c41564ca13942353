#include "draft-job.h"

#include <algorithm>
#include <utility>

#include "coded-error.h"
#include "stopwatch.h"
#include "token-array.h"

namespace foretoken {

DraftJob::DraftJob(std::shared_ptr<Sequence> sequence, std::unique_ptr<Call> call, Limits limits)
    : Job(std::move(sequence), std::move(call)), limits_(limits) {}

bool DraftJob::begin(Engine& engine) {
  throwIfCancelled();
  const auto& text = sequence_->text;
  const size_t free = engine.options().contextTokens - std::min(engine.options().contextTokens, text.size());
  limits_.maxTokens = std::min(limits_.maxTokens, free);
  if (limits_.maxTokens == 0) {
    finish();
    return true;
  }
  sampler_ = sequence_->sampler->clone();
  const auto& held = sequence_->slot->held();
  const size_t most = std::min(held.size(), text.size() - 1);
  const size_t shared = std::mismatch(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(most), text.begin()).first -
                        held.begin();
  sequence_->slot->goBackTo(shared);
  return true;
}

size_t DraftJob::plan(Engine&, size_t room) {
  throwIfCancelled();
  width_ = isWalking() ? 1 : std::min(room, sequence_->missing());
  isComplete_ = isWalking() || width_ == sequence_->missing();
  return width_;
}

void DraftJob::fill(Engine&, Batch& batch) {
  Slot& slot = *sequence_->slot;
  const size_t start = slot.held().size();
  if (isWalking()) {
    // The text's own state: the draft that follows is mostly kept, but a recurrent state cannot go back into it.
    if (tokens_.size() == 1) slot.keepCheckpoint();
    row_ = batch.add(tokens_.back(), static_cast<llama_pos>(start), slot.id(), true);
    return;
  }
  for (size_t index = start; index < start + width_; index++) {
    const bool isLast = isComplete_ && index + 1 == start + width_;
    row_ = batch.add(sequence_->text[index], static_cast<llama_pos>(index), slot.id(), isLast);
  }
}

void DraftJob::absorb(Engine& engine, const Decoded&) {
  Slot& slot = *sequence_->slot;
  if (isWalking()) {
    const llama_token token = tokens_.back();
    slot.took(&token, 1);
  } else {
    const size_t start = slot.held().size();
    slot.took(sequence_->text.data() + start, width_);
    const size_t known = std::min(slot.held().size(), sequence_->evaluated);
    const size_t replayed = known - std::min(start, known);
    if (replayed > 0) engine.counters().change([&](Counts& counts) { counts.replayedTokens += replayed; });
    sequence_->evaluated = std::max(sequence_->evaluated, slot.held().size());
  }
  if (isComplete_) choose(engine);
}

void DraftJob::choose(Engine& engine) {
  const Stopwatch watch;
  const float* row = engine.row(row_);
  if (row == nullptr) throw CodedError("ERR_ENGINE_LOST", "llama.cpp gave no logits");
  const Choice choice = sampler_->choose(row, sequence_->text.size() + tokens_.size(), true);
  const bool isEnd = engine.model().endsText(choice.token);
  product_ *= choice.probability;
  const bool isKept = !isEnd && product_ >= limits_.minProbability;
  if (isKept) {
    tokens_.push_back(choice.token);
    probabilities_.push_back(choice.probability);
    if (tokens_.size() < limits_.maxTokens) sampler_->accept(choice.token);
  }
  engine.counters().change([&](Counts& counts) { counts.samplingMs += watch.ms(); });
  if (!isKept || tokens_.size() >= limits_.maxTokens) finish();
}

Napi::Value DraftJob::result(Napi::Env env) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("tokens", tokenArray(env, tokens_));
  object.Set("probabilities", floatArray(env, probabilities_));
  return object;
}

}  // namespace foretoken
