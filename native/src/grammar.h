#pragma once

#include <llama.h>

#include <string>
#include <vector>

#include "llama-sampler-handle.h"

namespace foretoken {

/** llama.cpp's grammar sampler at one place of an answer. */
class Grammar {
 public:
  /** Parses GBNF; throws `ERR_OPTION_INVALID` with llama.cpp's words. */
  Grammar(const llama_vocab* vocab, const std::string& source);
  Grammar(const Grammar& other);

  /** Whether a token may follow; of an end of text, whether the answer may be complete here. */
  bool allows(llama_token token) const;

  /** Sets the logits of all tokens that may not follow to −Infinity. */
  void mask(std::vector<float>& row) const;

  /** Throws `ERR_OPTION_INVALID` where the token may not follow. */
  void accept(llama_token token);

 private:
  const llama_vocab* vocab_;
  LlamaSamplerHandle sampler_;
};

}  // namespace foretoken
