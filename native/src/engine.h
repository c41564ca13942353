#pragma once

#include <llama.h>

#include <atomic>
#include <memory>
#include <vector>

#include "batch.h"
#include "context-options.h"
#include "counters.h"
#include "living.h"
#include "model.h"
#include "slot.h"
#include "thread-pool.h"

namespace foretoken {

/** A llama.cpp context with its slots. One thread, but for the counters and the facts. */
class Engine {
 public:
  /** Throws `ERR_ENGINE_LOST`. A true `isStopping` ends a decode that runs. */
  Engine(std::shared_ptr<const Model> model, const ContextOptions& options, const std::atomic<bool>* isStopping);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const Model& model() const { return *model_; }
  const ContextOptions& options() const { return options_; }
  llama_context* context() const { return context_; }
  Rollback rollback() const { return rollback_; }
  /** The binding's name of the rollback class. */
  const char* rollbackName() const;
  /** Tokens of each sequence that llama.cpp keeps in one micro-batch; 0 where it may split anywhere. */
  size_t keptTail() const { return snapshots() > 0 ? snapshots() + 1 : 0; }
  uint32_t snapshots() const { return llama_n_rs_seq(context_); }
  Counters& counters() { return counters_; }
  /** Equal where saved states can be exchanged. */
  uint64_t fingerprint() const;

  /**
   * A free slot, taken, whose state is a prefix of `prompt`, as long as one can be had with `reuse`, else empty; null where
   * all are taken. Goes up to all of the prompt but its last token.
   */
  Slot* takeSlot(const std::vector<llama_token>& prompt, bool reuse, const std::string& scope);
  /** What a closed sequence leaves stays for reuse. */
  void freeSlot(Slot* slot);

  /** Decodes a batch; returns the milliseconds it took. Throws where it fails, and empties the slots then: no state is known. */
  double decode(Batch& batch);

  /** Logits behind a token of the last batch. */
  const float* row(int32_t index) const;

 private:
  Slot* chooseSlot(const std::vector<llama_token>& prompt, const std::string& scope);

  const std::shared_ptr<const Model> model_;
  const ContextOptions options_;
  /** Above the context, which uses it to its end. */
  const ThreadPool threads_;
  llama_context* context_ = nullptr;
  Rollback rollback_ = Rollback::trim;
  Counters counters_;
  std::vector<std::unique_ptr<Slot>> slots_;
  uint64_t uses_ = 0;
  const Living<Engine> living_;
};

}  // namespace foretoken
