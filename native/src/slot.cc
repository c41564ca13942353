#include "slot.h"

#include <utility>

#include "coded-error.h"
#include "log-capture.h"

namespace foretoken {

Slot::Slot(llama_context* context, llama_seq_id id, Rollback rollback, Counters* counters)
    : context_(context), id_(id), rollback_(rollback), counters_(counters) {}

bool Slot::canReject(size_t count) const {
  return rollback_ == Rollback::trim || (rollback_ == Rollback::bounded && count <= llama_n_rs_seq(context_));
}

size_t Slot::reachable(size_t length) const {
  if (length >= held_.size()) return held_.size();
  if (length < floor_) return 0;
  if (rollback_ == Rollback::trim) return length;
  const size_t rejected = held_.size() - length;
  // The state behind the first token of the decode is the oldest that can be told from one of an earlier decode.
  if (length > 0 && canReject(rejected) && rejected < lastWidth_) return length;
  return hasCheckpoint() && checkpointLength_ <= length ? checkpointLength_ : 0;
}

size_t Slot::goBackTo(size_t length) {
  const size_t reached = reachable(length);
  if (reached == held_.size()) return reached;
  const bool toCheckpoint = rollback_ != Rollback::trim && hasCheckpoint() && reached == checkpointLength_ &&
                            !(canReject(held_.size() - reached) && held_.size() - reached < lastWidth_);
  if (reached == 0) {
    clear();
    return 0;
  }
  if (toCheckpoint) {
    const size_t read = llama_state_seq_set_data_ext(context_, checkpoint_.data(), checkpoint_.size(), id_,
                                                     LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY);
    if (read == 0) {
      clear();
      return 0;
    }
  }
  if (!remove(reached)) {
    clear();
    return 0;
  }
  held_.resize(reached);
  lastWidth_ = 0;
  if (checkpointLength_ > reached) checkpoint_.clear();
  return reached;
}

bool Slot::remove(size_t from) {
  return llama_memory_seq_rm(llama_get_memory(context_), id_, static_cast<llama_pos>(from), -1);
}

void Slot::keepCheckpoint() {
  if (rollback_ == Rollback::trim || held_.empty()) return;
  if (hasCheckpoint() && checkpointLength_ == held_.size()) return;
  checkpoint_.resize(llama_state_seq_get_size_ext(context_, id_, LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY));
  const size_t written = llama_state_seq_get_data_ext(context_, checkpoint_.data(), checkpoint_.size(), id_,
                                                      LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY);
  if (written == 0) {
    checkpoint_.clear();
    throw CodedError("ERR_ENGINE_LOST", LogCapture::withErrors("llama.cpp could not copy its state"));
  }
  checkpoint_.resize(written);
  checkpointLength_ = held_.size();
  counters_->change([&](Counts& counts) {
    counts.checkpoints++;
    counts.checkpointBytes += written;
  });
}

void Slot::took(const llama_token* tokens, size_t count) {
  held_.insert(held_.end(), tokens, tokens + count);
  lastWidth_ = count;
}

void Slot::clear() {
  // Removing a whole sequence never fails.
  llama_memory_seq_rm(llama_get_memory(context_), id_, -1, -1);
  held_.clear();
  checkpoint_.clear();
  checkpointLength_ = 0;
  lastWidth_ = 0;
  floor_ = 0;
}

std::vector<uint8_t> Slot::save() const {
  if (held_.empty()) return {};
  std::vector<uint8_t> state(llama_state_seq_get_size(context_, id_));
  state.resize(llama_state_seq_get_data(context_, state.data(), state.size(), id_));
  if (state.empty()) throw CodedError("ERR_ENGINE_LOST", LogCapture::withErrors("llama.cpp could not save its state"));
  return state;
}

bool Slot::restore(const std::vector<uint8_t>& state, std::vector<llama_token> tokens) {
  clear();
  if (tokens.empty()) return state.empty();
  const size_t read = llama_state_seq_set_data(context_, state.data(), state.size(), id_);
  const llama_pos last = llama_memory_seq_pos_max(llama_get_memory(context_), id_);
  if (read != state.size() || last != static_cast<llama_pos>(tokens.size()) - 1) {
    clear();
    return false;
  }
  held_ = std::move(tokens);
  if (llama_model_n_swa(llama_get_model(context_)) > 0) floor_ = held_.size();
  return true;
}

}  // namespace foretoken
