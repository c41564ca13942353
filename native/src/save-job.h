#pragma once

#include <vector>

#include "job.h"

namespace foretoken {

/** Makes bytes of a sequence. */
class SaveJob : public Job {
 public:
  using Job::Job;
  bool begin(Engine& engine) override;

 protected:
  Napi::Value result(Napi::Env env) override;

 private:
  std::vector<uint8_t> bytes_;
};

}  // namespace foretoken
