#pragma once

#include <llama.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "counters.h"

namespace foretoken {

/** How tokens leave the state of a sequence; the names are those of binding.d.ts. */
enum class Rollback { trim, bounded, checkpoint };

/**
 * One sequence of a llama.cpp context: what its state holds, and the ways back.
 *
 * llama.cpp may claim to have removed part of a recurrent state without having done so. A recurrent state therefore only
 * goes back within the last decode, once, and by no more than there are snapshots; otherwise to a copy of it, or to nothing.
 */
class Slot {
 public:
  Slot(llama_context* context, llama_seq_id id, Rollback rollback, Counters* counters);

  llama_seq_id id() const { return id_; }
  /** The tokens that the state holds; their positions are their indices. */
  const std::vector<llama_token>& held() const { return held_; }

  /** The longest length up to `length` that the state can go back to. */
  size_t reachable(size_t length) const;

  /** Goes back to `reachable(length)`, and returns it. */
  size_t goBackTo(size_t length);

  /** Makes a copy of the state, so that it can go back to where it is; keeps the one that is there if it is of the same place. */
  void keepCheckpoint();

  /** Whether the last `count` tokens of a decode that wide can be taken back without a checkpoint. */
  bool canReject(size_t count) const;

  /** The state took in `tokens` in one decode. */
  void took(const llama_token* tokens, size_t count);

  /** Empties the state. */
  void clear();

  /** The state of the sequence for a file; empty where it holds nothing. */
  std::vector<uint8_t> save() const;
  /** Replaces the state; false where llama.cpp refuses it, and the slot is empty then. */
  bool restore(const std::vector<uint8_t>& state, std::vector<llama_token> tokens);

  /** Whether an open sequence has it. */
  bool isTaken = false;
  /** Whose text it holds: only sequences of the same scope go on from it. */
  std::string scope;
  /** Rises with every use; the slot with the lowest is given away first. */
  uint64_t lastUse = 0;

 private:
  bool hasCheckpoint() const { return !checkpoint_.empty(); }
  bool remove(size_t from);

  llama_context* const context_;
  const llama_seq_id id_;
  const Rollback rollback_;
  Counters* const counters_;
  std::vector<llama_token> held_;
  /** Tokens of the last decode; 0 where a roll-back or a restored state followed it. */
  size_t lastWidth_ = 0;
  /** A copy of the recurrent part at `checkpointLength_` tokens, a prefix of `held_`; empty where there is none. */
  std::vector<uint8_t> checkpoint_;
  size_t checkpointLength_ = 0;
  /** A restored state may lack what slid out of the window before it; 0 or a length below which only nothing can be reached. */
  size_t floor_ = 0;
};

}  // namespace foretoken
