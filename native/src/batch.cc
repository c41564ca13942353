#include "batch.h"

namespace foretoken {

void Batch::clear() {
  tokens_.clear();
  positions_.clear();
  sequences_.clear();
  wantsLogits_.clear();
}

int32_t Batch::add(llama_token token, llama_pos position, llama_seq_id sequence, bool wantsLogits) {
  tokens_.push_back(token);
  positions_.push_back(position);
  sequences_.push_back(sequence);
  wantsLogits_.push_back(wantsLogits ? 1 : 0);
  return static_cast<int32_t>(tokens_.size()) - 1;
}

std::vector<BatchPart> Batch::parts() const {
  std::vector<BatchPart> parts;
  for (const llama_seq_id sequence : sequences_) {
    if (parts.empty() || parts.back().id != sequence) parts.push_back({sequence, 0});
    parts.back().width++;
  }
  return parts;
}

llama_batch Batch::view() {
  sequenceCounts_.assign(size(), 1);
  sequencePointers_.resize(size());
  for (size_t index = 0; index < size(); index++) sequencePointers_[index] = &sequences_[index];
  llama_batch batch = {};
  batch.n_tokens = static_cast<int32_t>(size());
  batch.token = tokens_.data();
  batch.pos = positions_.data();
  batch.n_seq_id = sequenceCounts_.data();
  batch.seq_id = sequencePointers_.data();
  batch.logits = wantsLogits_.data();
  return batch;
}

}  // namespace foretoken
