#include "prompt-job.h"

#include <algorithm>
#include <utility>

namespace foretoken {

PromptJob::PromptJob(std::shared_ptr<Sequence> sequence, std::unique_ptr<Call> call, Options options, Wrap wrap)
    : Job(std::move(sequence), std::move(call)), options_(std::move(options)), wrap_(std::move(wrap)) {}

bool PromptJob::begin(Engine& engine) {
  throwIfCancelled();
  Slot* slot = engine.takeSlot(sequence_->text, options_.reuse, options_.scope);
  if (slot == nullptr) return false;
  sequence_->slot = slot;
  sequence_->reusedTokens = slot->held().size();
  sequence_->evaluated = slot->held().size();
  startSampler(engine);
  finishIfEvaluated();
  return true;
}

void PromptJob::startSampler(Engine& engine) {
  auto sampler = std::make_unique<Sampler>(engine.model().get(), options_.sampling);
  const std::vector<llama_token>& text = sequence_->text;
  const size_t asked = text.size() - options_.answerTokens;
  sampler->acceptPrompt(text.data(), asked);
  for (size_t index = asked; index < text.size(); index++) sampler->accept(text[index]);
  sequence_->sampler = std::move(sampler);
}

size_t PromptJob::plan(Engine&, size_t room) {
  throwIfCancelled();
  width_ = std::min(room, sequence_->missing() - 1);
  return width_;
}

void PromptJob::fill(Engine&, Batch& batch) {
  const size_t start = sequence_->slot->held().size();
  for (size_t index = start; index < start + width_; index++) {
    batch.add(sequence_->text[index], static_cast<llama_pos>(index), sequence_->slot->id(), false);
  }
}

void PromptJob::absorb(Engine&, const Decoded&) {
  const size_t start = sequence_->slot->held().size();
  sequence_->slot->took(sequence_->text.data() + start, width_);
  sequence_->evaluated = start + width_;
  if (call_) call_->progress(static_cast<double>(start + width_));
  finishIfEvaluated();
}

void PromptJob::finishIfEvaluated() {
  if (sequence_->missing() == 1) finish();
}

void PromptJob::abandon(Engine& engine) {
  if (sequence_->slot == nullptr) return;
  engine.freeSlot(sequence_->slot);
  sequence_->slot = nullptr;
}

}  // namespace foretoken
