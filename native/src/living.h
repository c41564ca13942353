#pragma once

#include <atomic>
#include <cstddef>

namespace foretoken {

/** As a member: counts how many of its owners there are in the process. */
template <typename Owner>
class Living {
 public:
  Living() { count_++; }
  ~Living() { count_--; }
  Living(const Living&) = delete;
  Living& operator=(const Living&) = delete;

  static size_t count() { return count_; }

 private:
  static inline std::atomic<size_t> count_{0};
};

}  // namespace foretoken
