#pragma once

#include <vector>

#include "prompt-job.h"

namespace foretoken {

/** Opens a sequence from saved bytes; what the state lacks of the text is evaluated. */
class RestoreJob : public PromptJob {
 public:
  RestoreJob(std::shared_ptr<Sequence> sequence, std::unique_ptr<Call> call, Options options, Wrap wrap,
             std::vector<uint8_t> bytes);

  bool begin(Engine& engine) override;

 private:
  void check(const Engine& engine);

  /** Empty once it was read. */
  std::vector<uint8_t> bytes_;
  std::vector<uint8_t> state_;
  size_t heldTokens_ = 0;
};

}  // namespace foretoken
