#include "save-job.h"

#include <algorithm>

#include "saved-state.h"

namespace foretoken {

bool SaveJob::begin(Engine& engine) {
  const Slot& slot = *sequence_->slot;
  SavedState saved;
  saved.fingerprint = engine.fingerprint();
  saved.sequences = static_cast<uint32_t>(engine.options().sequences);
  saved.text = sequence_->text;
  // After a draft the state may hold what the text does not; then it is evaluated anew behind the restored text.
  const bool isPrefix = slot.held().size() < saved.text.size() &&
                        std::equal(slot.held().begin(), slot.held().end(), saved.text.begin());
  if (isPrefix) {
    saved.heldTokens = slot.held().size();
    saved.state = slot.save();
  }
  bytes_ = saved.toBytes();
  finish();
  return true;
}

Napi::Value SaveJob::result(Napi::Env env) {
  auto array = Napi::Uint8Array::New(env, bytes_.size());
  std::copy(bytes_.begin(), bytes_.end(), array.Data());
  return array;
}

}  // namespace foretoken
