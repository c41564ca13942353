#include "cost-job.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "stopwatch.h"

namespace foretoken {
namespace {

/** More than these say nothing new. */
constexpr size_t mostSamples = 32;

double medianOf(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  // The first decode of a width is slower than those that follow.
  if (values.size() > 1) values.erase(values.begin());
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

CostJob::CostJob(std::shared_ptr<Sequence> sequence, std::unique_ptr<Call> call, std::vector<int32_t> widths,
                 double budgetMs)
    : Job(std::move(sequence), std::move(call)),
      widths_(std::move(widths)),
      budgetMs_(budgetMs),
      samples_(widths_.size()) {}

bool CostJob::begin(Engine&) {
  // What a recurrent state goes back to; a state without tokens is empty.
  sequence_->slot->keepCheckpoint();
  return true;
}

bool CostJob::isPossible(const Engine& engine, int32_t width) const {
  const size_t free = engine.options().contextTokens - sequence_->slot->held().size();
  return width >= 1 && static_cast<size_t>(width) <= std::min(free, engine.options().batchTokens);
}

void CostJob::work(Engine& engine) {
  if (next_ == widths_.size()) {
    if (!hasMeasured_) return finish();
    next_ = 0;
    hasMeasured_ = false;
  }
  while (next_ < widths_.size()) {
    const size_t index = next_++;
    std::vector<double>& samples = samples_[index];
    const double expectedMs = samples.empty() ? 0 : samples.back();
    if (!isPossible(engine, widths_[index]) || samples.size() >= mostSamples) continue;
    if (spentMs_ >= budgetMs_ || spentMs_ + expectedMs > budgetMs_) continue;
    const Stopwatch watch;
    samples.push_back(measure(engine, static_cast<size_t>(widths_[index])));
    spentMs_ += watch.ms();
    hasMeasured_ = true;
    return;
  }
}

double CostJob::measure(Engine& engine, size_t width) {
  Slot& slot = *sequence_->slot;
  const auto& text = sequence_->text;
  const size_t start = slot.held().size();
  Batch batch;
  std::vector<llama_token> tokens;
  for (size_t index = 0; index < width; index++) {
    // Any tokens of the text will do, the pending one first; which experts they ask for differs as in a real draft.
    tokens.push_back(text[text.size() - 1 - index % text.size()]);
    batch.add(tokens.back(), static_cast<llama_pos>(start + index), slot.id(), true);
  }
  const double decodeMs = engine.decode(batch);
  slot.took(tokens.data(), width);
  slot.goBackTo(start);
  return decodeMs;
}

Napi::Value CostJob::result(Napi::Env env) {
  auto seconds = Napi::Float64Array::New(env, widths_.size());
  for (size_t index = 0; index < widths_.size(); index++) seconds[index] = medianOf(samples_[index]) / 1000;
  return seconds;
}

}  // namespace foretoken
