#pragma once

#include <llama.h>

#include <memory>

namespace foretoken {

struct LlamaSamplerDeleter {
  void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
};

/** A sampler of llama.cpp's, freed with its owner. */
using LlamaSamplerHandle = std::unique_ptr<llama_sampler, LlamaSamplerDeleter>;

inline LlamaSamplerHandle cloneOf(const LlamaSamplerHandle& sampler) {
  return LlamaSamplerHandle(llama_sampler_clone(sampler.get()));
}

}  // namespace foretoken
