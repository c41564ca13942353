#pragma once

#include <llama.h>

#include <string>

#include "llama-sampler-handle.h"

namespace foretoken {

/**
 * Throws `ERR_OPTION_INVALID` where GBNF is so long, has so many rules or nests so deep that llama.cpp's recursive parser could run
 * out of stack.
 */
void assertGrammarIsBounded(const std::string& source);

/** llama.cpp's grammar sampler, or null with llama.cpp's words why not. */
LlamaSamplerHandle parsedGrammar(const llama_vocab* vocab, const std::string& source, std::string& words);

}  // namespace foretoken
