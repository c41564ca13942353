#include "model.h"

#include <algorithm>
#include <fstream>

#include "coded-error.h"
#include "fingerprint.h"
#include "huge-pages.h"
#include "log-capture.h"

namespace foretoken {
namespace {

bool hearProgress(float rate, void* options) {
  const auto& onProgress = static_cast<const ModelOptions*>(options)->onProgress;
  return !onProgress || onProgress(rate);
}

/** Metadata as llama.cpp sees it, overrides included. */
void addMetadata(Fingerprint& fingerprint, const llama_model* model) {
  char text[512];
  for (int32_t index = 0; index < llama_model_meta_count(model); index++) {
    llama_model_meta_key_by_index(model, index, text, sizeof text);
    fingerprint.add(std::string(text));
    llama_model_meta_val_str_by_index(model, index, text, sizeof text);
    fingerprint.add(std::string(text));
  }
  fingerprint.add(llama_model_size(model));
  fingerprint.add(llama_model_n_params(model));
}

/** Sixteen pages spread over the file, so that two trainings of one architecture differ. */
void addPages(Fingerprint& fingerprint, const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : 0;
  std::vector<char> page(4096);
  for (int part = 0; part < 16 && size > 0; part++) {
    file.clear();
    file.seekg(size / 16 * part);
    file.read(page.data(), static_cast<std::streamsize>(page.size()));
    fingerprint.add(std::string(page.data(), static_cast<size_t>(file.gcount())));
  }
}

}  // namespace

std::shared_ptr<const Model> Model::load(const ModelOptions& options) {
  LogCapture::takeErrors();
  llama_model_params params = llama_model_default_params();
  params.load_mode = options.mapFile ? LLAMA_LOAD_MODE_MMAP : LLAMA_LOAD_MODE_NONE;
  bool isCancelled = false;
  // Of no use for the pages of a mapped file.
  std::unique_ptr<HugePages> hugePages(options.mapFile ? nullptr : new HugePages());
  ModelOptions heard = options;
  heard.onProgress = [&](float rate) {
    // Heard first when the weights have their place and nothing is read.
    if (hugePages) hugePages->adviseNew();
    hugePages.reset();
    isCancelled = isCancelled || (options.onProgress && !options.onProgress(rate));
    return !isCancelled;
  };
  params.progress_callback = hearProgress;
  params.progress_callback_user_data = &heard;
  if (!options.overrides.empty()) params.kv_overrides = options.overrides.data();
  llama_model* loaded = llama_model_load_from_file(options.path.c_str(), params);
  if (isCancelled) {
    if (loaded != nullptr) llama_model_free(loaded);
    throw CodedError("ERR_ABORTED", "loading " + options.path + " was cancelled");
  }
  if (loaded == nullptr) {
    throw CodedError("ERR_MODEL_UNSUPPORTED", LogCapture::withErrors("llama.cpp could not load " + options.path));
  }
  const std::shared_ptr<Model> model(new Model(loaded));
  if (!llama_model_has_decoder(loaded) || llama_model_has_encoder(loaded) || llama_model_is_diffusion(loaded)) {
    throw CodedError("ERR_MODEL_UNSUPPORTED", options.path + " does not write text token by token; use a decoder-only model");
  }
  if (model->vocabularySize() <= 0) {
    throw CodedError("ERR_MODEL_UNSUPPORTED", options.path + " has no vocabulary; use a model that has one");
  }
  Fingerprint fingerprint;
  addMetadata(fingerprint, loaded);
  addPages(fingerprint, options.path);
  model->fingerprint_ = fingerprint.value();
  return model;
}

Model::Model(llama_model* model)
    : model_(model), vocabularySize_(llama_vocab_n_tokens(llama_model_get_vocab(model))) {}

Model::~Model() { llama_model_free(model_); }

}  // namespace foretoken
