#pragma once

#include <cstdint>
#include <mutex>

namespace foretoken {

/** `NativeCounters` of binding.d.ts, since the context was made. */
struct Counts {
  uint64_t decodes = 0;
  uint64_t evaluatedTokens = 0;
  uint64_t reusedTokens = 0;
  uint64_t checkpoints = 0;
  uint64_t checkpointBytes = 0;
  uint64_t replayedTokens = 0;
  double decodeMs = 0;
  double samplingMs = 0;
  double rollbackMs = 0;
};

/** Counts that one thread writes and another reads. */
class Counters {
 public:
  template <typename Change>
  void change(Change&& change) {
    const std::lock_guard<std::mutex> lock(mutex_);
    change(counts_);
  }

  Counts read() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return counts_;
  }

 private:
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace foretoken
