#pragma once

#include <llama.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "living.h"
#include "model.h"
#include "sampler.h"
#include "slot.h"

namespace foretoken {

/** One text. Belongs to the worker while a job of it is under way, otherwise to the JavaScript thread. */
struct Sequence {
  /** Outlives the sampler. */
  std::shared_ptr<const Model> model;
  /** Never empty. The last token is the pending one; the slot holds a prefix of the others. */
  std::vector<llama_token> text;
  /** Has accepted what of the text counts; null before the sequence is open. */
  std::unique_ptr<Sampler> sampler;
  /** Null before the sequence has begun to open and after it was closed. */
  Slot* slot = nullptr;
  size_t reusedTokens = 0;
  /** Tokens of the text that were evaluated once, at least; what is evaluated below it is evaluated again. */
  size_t evaluated = 0;
  /** Nothing can follow: the text has ended, or a failure left the sampler in the middle of a step. */
  bool isEnded = false;

  /** text.size(), for the JavaScript thread at any time. */
  std::atomic<size_t> depth{0};

  /** JavaScript thread only. */
  bool isBusy = false;
  bool isClosed = false;

  const Living<Sequence> living;

  void append(llama_token token) {
    text.push_back(token);
    depth.store(text.size(), std::memory_order_relaxed);
  }
  /** How many tokens have to be evaluated before the row behind the pending one is there; at least 1. */
  size_t missing() const { return text.size() - slot->held().size(); }
};

}  // namespace foretoken
