#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace foretoken {

/** FNV-1a over pieces, each with its length, so that moved borders count. */
class Fingerprint {
 public:
  void add(const std::string& piece) {
    add(static_cast<uint64_t>(piece.size()));
    for (const char character : piece) mix(static_cast<unsigned char>(character));
  }
  void add(uint64_t number) {
    for (int byte = 0; byte < 8; byte++) mix(static_cast<unsigned char>(number >> (8 * byte)));
  }
  uint64_t value() const { return value_; }

 private:
  void mix(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3ull; }
  uint64_t value_ = 0xcbf29ce484222325ull;
};

}  // namespace foretoken
