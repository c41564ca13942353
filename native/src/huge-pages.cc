#include "huge-pages.h"

#ifdef __linux__
#include <sys/mman.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#endif

namespace foretoken {

#ifdef __linux__

namespace {
/** A huge page where pages have 4 KiB. */
constexpr uintptr_t kHugePage = 2 * 1024 * 1024;
}  // namespace

HugePages::HugePages() : known_(anonymous()) {}

void HugePages::adviseNew() {
  for (Range range : anonymous()) {
    // Neighbours grow together into one range, so what was known is cut out.
    for (const Range& old : known_) {
      if (old.end <= range.begin || old.begin >= range.end) continue;
      if (old.begin > range.begin) advise({range.begin, old.begin});
      range.begin = std::min(old.end, range.end);
    }
    advise(range);
  }
}

std::vector<HugePages::Range> HugePages::anonymous() {
  std::vector<Range> found;
  FILE* maps = std::fopen("/proc/self/maps", "r");
  if (maps == nullptr) return found;
  char line[4352];
  while (std::fgets(line, sizeof line, maps) != nullptr) {
    Range range = {0, 0};
    char access[5] = "";
    unsigned long inode = 1;
    int read = 0;
    const char* format = "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %lu %n";
    const bool isRange = std::sscanf(line, format, &range.begin, &range.end, access, &inode, &read) == 4;
    // Names in brackets are those of the stack and the like; the heap is one of many places to allocate from.
    const bool isUnnamed = read == 0 || line[read] == '\0' || std::strncmp(line + read, "[heap]", 6) == 0;
    if (isRange && inode == 0 && isUnnamed && std::strcmp(access, "rw-p") == 0) found.push_back(range);
  }
  std::fclose(maps);
  return found;
}

void HugePages::advise(Range range) {
  const uintptr_t begin = (range.begin + kHugePage - 1) / kHugePage * kHugePage;
  const uintptr_t end = range.end / kHugePage * kHugePage;
  // Advice that is refused changes nothing.
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

#else

HugePages::HugePages() = default;
void HugePages::adviseNew() {}

#endif

}  // namespace foretoken
