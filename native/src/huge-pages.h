#pragma once

#include <cstdint>
#include <vector>

namespace foretoken {

/**
 * Asks Linux for huge pages (`MADV_HUGEPAGE`) behind the large blocks of memory that are allocated from now on. A step reads
 * all weights, and without them a look-up in the page tables for each 4 KiB. Elsewhere it does nothing.
 */
class HugePages {
 public:
  /** Notes what is there already. */
  HugePages();
  /** Advises on what has come since; of use as long as nothing was written there. */
  void adviseNew();

 private:
  struct Range {
    uintptr_t begin;
    uintptr_t end;
  };
  /** Writable private memory of no file, ascending. */
  static std::vector<Range> anonymous();
  static void advise(Range range);
  std::vector<Range> known_;
};

}  // namespace foretoken
