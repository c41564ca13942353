#include "restore-job.h"

#include <algorithm>
#include <string>
#include <utility>

#include "coded-error.h"
#include "saved-state.h"

namespace foretoken {

RestoreJob::RestoreJob(std::shared_ptr<Sequence> sequence, std::unique_ptr<Call> call, Options options, Wrap wrap,
                       std::vector<uint8_t> bytes)
    : PromptJob(std::move(sequence), std::move(call), std::move(options), std::move(wrap)), bytes_(std::move(bytes)) {}

bool RestoreJob::begin(Engine& engine) {
  throwIfCancelled();
  if (!bytes_.empty() || sequence_->text.empty()) check(engine);
  Slot* slot = engine.takeSlot(sequence_->text, false, options_.scope);
  if (slot == nullptr) return false;
  sequence_->slot = slot;
  const auto end = sequence_->text.begin() + static_cast<std::ptrdiff_t>(heldTokens_);
  if (!slot->restore(state_, std::vector<llama_token>(sequence_->text.begin(), end))) {
    throw CodedError("ERR_MEMORY_FORMAT", "llama.cpp refuses the saved state; evaluate its text anew");
  }
  state_ = {};
  sequence_->reusedTokens = slot->held().size();
  sequence_->evaluated = slot->held().size();
  engine.counters().change([&](Counts& counts) { counts.reusedTokens += sequence_->reusedTokens; });
  startSampler(engine);
  finishIfEvaluated();
  return true;
}

void RestoreJob::check(const Engine& engine) {
  SavedState saved = SavedState::from(bytes_);
  bytes_ = {};
  if (saved.fingerprint != engine.fingerprint()) {
    throw CodedError("ERR_MEMORY_FORMAT",
                     "the saved sequence is of another model, another node-llama-cpp or other cache types; evaluate its text anew");
  }
  const bool isKnown = std::all_of(saved.text.begin(), saved.text.end(),
                                   [&](llama_token token) { return engine.model().isKnown(token); });
  if (!isKnown) throw CodedError("ERR_MEMORY_FORMAT", "the saved sequence has tokens outside the vocabulary");
  if (saved.text.size() >= engine.options().contextTokens) {
    throw CodedError("ERR_CONTEXT_FULL", "the saved sequence has " + std::to_string(saved.text.size()) +
                                             " tokens, and the context has room for " +
                                             std::to_string(engine.options().contextTokens - 1));
  }
  if (options_.answerTokens > saved.text.size()) {
    throw CodedError("ERR_OPTION_INVALID", "answerTokens must be at most the saved tokens, " +
                                               std::to_string(saved.text.size()) + ", got " +
                                               std::to_string(options_.answerTokens));
  }
  sequence_->text = std::move(saved.text);
  sequence_->depth = sequence_->text.size();
  // llama.cpp's state is laid out by the number of sequences; where that differs the text is evaluated.
  if (saved.sequences != engine.options().sequences) return;
  state_ = std::move(saved.state);
  heldTokens_ = saved.heldTokens;
}

}  // namespace foretoken
