#pragma once

#include <vector>

#include "job.h"

namespace foretoken {

/** Measures what decodes of several widths take behind the text, one decode at a time, and leaves no trace. */
class CostJob : public Job {
 public:
  CostJob(std::shared_ptr<Sequence> sequence, std::unique_ptr<Call> call, std::vector<int32_t> widths, double budgetMs);

  bool begin(Engine& engine) override;
  bool isShared() const override { return false; }
  void work(Engine& engine) override;

 protected:
  Napi::Value result(Napi::Env env) override;

 private:
  bool isPossible(const Engine& engine, int32_t width) const;
  /** Milliseconds of a decode that wide; the state is as before it. */
  double measure(Engine& engine, size_t width);

  const std::vector<int32_t> widths_;
  const double budgetMs_;
  /** What was spent on decodes and on the way back from them. */
  double spentMs_ = 0;
  /** For each width, the times so far; the first of a width also pays for llama.cpp's new plan of it. */
  std::vector<std::vector<double>> samples_;
  /** Index of the width that is next. */
  size_t next_ = 0;
  /** Whether this round over the widths measured any. */
  bool hasMeasured_ = false;
};

}  // namespace foretoken
