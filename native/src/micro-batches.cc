#include "micro-batches.h"

#include <algorithm>

namespace foretoken {
namespace {

/** How many of the parts from `first` on follow each other by id. */
size_t runLength(const std::vector<BatchPart>& parts, size_t first) {
  size_t count = 1;
  while (first + count < parts.size() && parts[first + count].id == parts[first + count - 1].id + 1) count++;
  return count;
}

/** Takes what one micro-batch evaluates; the parts of the run have something left. */
void takeOne(BatchPart* run, size_t count, size_t keptTail) {
  const auto narrower = [](const BatchPart& one, const BatchPart& other) { return one.width < other.width; };
  const size_t common = std::min_element(run, run + count, narrower)->width;
  const auto isTorn = [&](const BatchPart& part) { return part.width != common && part.width - common < keptTail; };
  BatchPart* const end = std::find_if(run, run + count, isTorn);
  if (end == run) {
    run->width = 0;
    return;
  }
  std::for_each(run, end, [&](BatchPart& part) { part.width -= common; });
}

}  // namespace

size_t microBatches(std::vector<BatchPart> parts, size_t keptTail) {
  size_t result = 0;
  const auto isDone = [](const BatchPart& part) { return part.width == 0; };
  parts.erase(std::remove_if(parts.begin(), parts.end(), isDone), parts.end());
  while (!parts.empty()) {
    takeOne(parts.data(), runLength(parts, 0), keptTail);
    parts.erase(std::remove_if(parts.begin(), parts.end(), isDone), parts.end());
    result++;
  }
  return result;
}

}  // namespace foretoken
