#include "saved-state.h"

#include <array>
#include <cstring>
#include <string>

#include "coded-error.h"

namespace foretoken {
namespace {

constexpr uint32_t magic = 0x53544b46;  // "FKTS"
constexpr uint32_t version = 1;

/** In front of tokens and state. All fields are naturally aligned, without padding. */
struct Header {
  uint32_t magic;
  uint32_t version;
  uint64_t fingerprint;
  uint64_t tokens;
  uint64_t heldTokens;
  uint64_t stateBytes;
  /** Of the header with a zero here, and of all that follows. */
  uint32_t checkSum;
  uint32_t sequences;
};
static_assert(sizeof(Header) == 48, "the header is written as it lies in memory");

std::array<uint32_t, 256> makeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; bit++) rest = (rest & 1) != 0 ? 0xedb88320u ^ (rest >> 1) : rest >> 1;
    table[byte] = rest;
  }
  return table;
}

/** CRC-32 (ISO 3309) as in zlib. */
uint32_t checkSumOf(const uint8_t* bytes, size_t count) {
  static const std::array<uint32_t, 256> table = makeTable();
  uint32_t rest = 0xffffffffu;
  for (size_t index = 0; index < count; index++) rest = table[(rest ^ bytes[index]) & 0xff] ^ (rest >> 8);
  return ~rest;
}

[[noreturn]] void refuse(const std::string& reason) {
  throw CodedError("ERR_MEMORY_FORMAT", "the saved sequence " + reason + "; evaluate its text anew");
}

}  // namespace

std::vector<uint8_t> SavedState::toBytes() const {
  Header header{magic, version, fingerprint, text.size(), heldTokens, state.size(), 0, sequences};
  const size_t tokenBytes = text.size() * sizeof(llama_token);
  std::vector<uint8_t> bytes(sizeof header + tokenBytes + state.size());
  std::memcpy(bytes.data() + sizeof header, text.data(), tokenBytes);
  if (!state.empty()) std::memcpy(bytes.data() + sizeof header + tokenBytes, state.data(), state.size());
  std::memcpy(bytes.data(), &header, sizeof header);
  header.checkSum = checkSumOf(bytes.data(), bytes.size());
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

SavedState SavedState::from(const std::vector<uint8_t>& bytes) {
  Header header;
  if (bytes.size() < sizeof header) refuse("is cut off");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != magic) refuse("is something else");
  if (header.version != version) refuse("has version " + std::to_string(header.version) + ", expected " + std::to_string(version));
  const size_t rest = bytes.size() - sizeof header;
  if (header.tokens > rest / sizeof(llama_token)) refuse("is cut off");
  const size_t tokenBytes = header.tokens * sizeof(llama_token);
  if (header.stateBytes != rest - tokenBytes || header.tokens == 0 || header.heldTokens >= header.tokens) {
    refuse("has sizes that do not fit each other");
  }
  std::vector<uint8_t> checked = bytes;
  Header unsigned_ = header;
  unsigned_.checkSum = 0;
  std::memcpy(checked.data(), &unsigned_, sizeof unsigned_);
  if (checkSumOf(checked.data(), checked.size()) != header.checkSum) refuse("is damaged");
  SavedState saved;
  saved.fingerprint = header.fingerprint;
  saved.heldTokens = header.heldTokens;
  saved.sequences = header.sequences;
  saved.text.resize(header.tokens);
  std::memcpy(saved.text.data(), bytes.data() + sizeof header, tokenBytes);
  saved.state.assign(bytes.begin() + static_cast<std::ptrdiff_t>(sizeof header + tokenBytes), bytes.end());
  return saved;
}

}  // namespace foretoken
