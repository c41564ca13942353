#include "grammar.h"

#include <cmath>

#include "coded-error.h"
#include "grammar-source.h"

namespace foretoken {

Grammar::Grammar(const llama_vocab* vocab, const std::string& source) : vocab_(vocab) {
  assertGrammarIsBounded(source);
  std::string words;
  sampler_ = parsedGrammar(vocab, source, words);
  if (!sampler_) throw CodedError("ERR_OPTION_INVALID", "grammar must be GBNF with a rule root: " + words);
}

Grammar::Grammar(const Grammar& other) : vocab_(other.vocab_), sampler_(cloneOf(other.sampler_)) {}

bool Grammar::allows(llama_token token) const {
  llama_token_data entry = {token, 1, 0};
  llama_token_data_array list = {&entry, 1, -1, false};
  llama_sampler_apply(sampler_.get(), &list);
  return entry.logit != -INFINITY;
}

void Grammar::mask(std::vector<float>& row) const {
  std::vector<llama_token_data> entries;
  entries.reserve(row.size());
  for (size_t token = 0; token < row.size(); token++)
    if (row[token] > -INFINITY) entries.push_back({static_cast<llama_token>(token), row[token], 0});
  llama_token_data_array list = {entries.data(), entries.size(), -1, false};
  llama_sampler_apply(sampler_.get(), &list);
  for (const llama_token_data& entry : entries) row[static_cast<size_t>(entry.id)] = entry.logit;
}

void Grammar::accept(llama_token token) {
  // llama.cpp ends the process where an end of text comes too early, and throws half-way elsewhere.
  if (!allows(token))
    throw CodedError("ERR_OPTION_INVALID", "token " + std::to_string(token) +
                                               " must fit the grammar: the text before it allows other tokens only");
  llama_sampler_accept(sampler_.get(), token);
}

}  // namespace foretoken
