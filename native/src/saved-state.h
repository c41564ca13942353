#pragma once

#include <llama.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace foretoken {

/** A sequence as bytes: a header, its tokens and llama.cpp's state, with a check sum over all. Little-endian. */
struct SavedState {
  /** Of the model, the engine's version and the types of the cache: a state fits only there. */
  uint64_t fingerprint = 0;
  /** The whole text, the pending token last. */
  std::vector<llama_token> text;
  /** Sequences of the context, without which llama.cpp does not read its state. */
  uint32_t sequences = 0;
  /** How many of its tokens the state holds. */
  size_t heldTokens = 0;
  std::vector<uint8_t> state;

  std::vector<uint8_t> toBytes() const;

  /** Throws `ERR_MEMORY_FORMAT` where the bytes are not what toBytes made, to the last bit. */
  static SavedState from(const std::vector<uint8_t>& bytes);
};

}  // namespace foretoken
