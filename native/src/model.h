#pragma once

#include <llama.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "living.h"

namespace foretoken {

/** What is wanted of a model's loading. */
struct ModelOptions {
  std::string path;
  /** Ended by one with an empty key, as llama.cpp wants them, where there are any. */
  std::vector<llama_model_kv_override> overrides;
  bool mapFile = true;
  /** Hears a rate from 0 to 1; false ends the loading. */
  std::function<bool(float)> onProgress;
};

/** The weights of a model, freed with the last owner. */
class Model {
 public:
  /** Throws `ERR_ABORTED`, `ERR_MODEL_UNSUPPORTED` or `ERR_ENGINE_LOST`. */
  static std::shared_ptr<const Model> load(const ModelOptions& options);
  ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  llama_model* get() const { return model_; }
  const llama_vocab* vocabulary() const { return llama_model_get_vocab(model_); }
  int32_t vocabularySize() const { return vocabularySize_; }
  bool isKnown(llama_token token) const { return token >= 0 && token < vocabularySize_; }
  bool endsText(llama_token token) const { return llama_vocab_is_eog(vocabulary(), token); }
  /** Whether its state cannot be cut at any token. */
  bool hasRecurrentState() const { return llama_model_is_recurrent(model_) || llama_model_is_hybrid(model_); }
  /** Of the metadata and of parts of the file; equal where states can be exchanged. */
  uint64_t fingerprint() const { return fingerprint_; }

 private:
  explicit Model(llama_model* model);
  llama_model* const model_;
  const int32_t vocabularySize_;
  uint64_t fingerprint_ = 0;
  const Living<Model> living_;
};

}  // namespace foretoken
