#pragma once

#include "job.h"

namespace foretoken {

/** Ends a sequence; what its slot holds stays for reuse. */
class CloseJob : public Job {
 public:
  using Job::Job;
  bool begin(Engine& engine) override {
    if (sequence_->slot != nullptr) engine.freeSlot(sequence_->slot);
    sequence_->slot = nullptr;
    sequence_->sampler.reset();
    finish();
    return true;
  }

 protected:
  Napi::Value result(Napi::Env env) override { return env.Undefined(); }
};

}  // namespace foretoken
