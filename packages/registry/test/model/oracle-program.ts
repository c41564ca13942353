/**
 * The oracle's source: `common_speculative_are_compatible` as it stands in `common/speculative.cpp`, and a loop that asks
 * it. Beside its verdict, which ends at the first rule, each rule is put to llama.cpp's vocabularies one by one.
 */
export function oracleProgram(speculative: string): string {
  const start = speculative.indexOf('static bool common_speculative_are_compatible')
  const end = speculative.indexOf('\n}\n', start)
  const limits = speculative.match(/^#define SPEC_VOCAB_\w+ .*$/gm) ?? []
  if (start < 0 || end < 0 || limits.length !== 2) throw new Error('the shipped source has another shape')
  return `${prelude}
${limits.join('\n')}
${speculative.slice(start, end + 3)}
${loop}`
}

const prelude = `#include "llama.h"
#include "ggml-backend.h"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
static std::string said;
#define SPC_DBG(...) say(__VA_ARGS__)
#define SPC_WRN(...) say(__VA_ARGS__)
template <typename... A> static void say(const char * format, A... a) {
  char text[4096]; snprintf(text, sizeof(text), format, a...); said = text;
}
static std::string common_token_to_piece(const llama_vocab *, llama_token) { return ""; }
`

const loop = `
static std::string ruleSaid() {
  const std::pair<const char *, const char *> rules[] = {
    {"vocab type must match", "type"}, {"bos tokens must match", "bos"}, {"eos tokens must match", "eos"},
    {"does not match draft vocab size", "size"}, {"content differs", "token"}};
  for (auto & rule : rules) if (said.find(rule.first) != std::string::npos) return rule.second;
  return said;
}
static std::map<std::string, llama_model *> models;
static llama_model * load(const std::string & path) {
  auto & model = models[path];
  if (!model) {
    auto params = llama_model_default_params(); params.vocab_only = true;
    model = llama_model_load_from_file(path.c_str(), params);
  }
  return model;
}
static std::string judge(llama_model * target, llama_model * draft) {
  auto verdict = common_speculative_are_compatible(target, draft) ? "" : ruleSaid();
  auto * t = llama_model_get_vocab(target); auto * d = llama_model_get_vocab(draft);
  std::string rules;
  auto add = [&](bool broken, const char * name) {
    if (broken) rules += std::string(rules.empty() ? "\\"" : ",\\"") + name + "\\"";
  };
  auto differs = [](bool addT, bool addD, int idT, int idD) { return addT != addD || (addT && idT != idD); };
  add(llama_vocab_type(t) != llama_vocab_type(d), "type");
  add(differs(llama_vocab_get_add_bos(t), llama_vocab_get_add_bos(d), llama_vocab_bos(t), llama_vocab_bos(d)), "bos");
  add(differs(llama_vocab_get_add_eos(t), llama_vocab_get_add_eos(d), llama_vocab_eos(t), llama_vocab_eos(d)), "eos");
  const int sizeT = llama_vocab_n_tokens(t), sizeD = llama_vocab_n_tokens(d);
  add(std::abs(sizeT - sizeD) > SPEC_VOCAB_MAX_SIZE_DIFFERENCE, "size");
  int first = -1, count = 0;
  for (int i = SPEC_VOCAB_CHECK_START_TOKEN_ID; i < std::min(sizeT, sizeD); i++) {
    if (std::strcmp(llama_vocab_get_text(t, i), llama_vocab_get_text(d, i)) == 0) continue;
    if (first < 0) first = i;
    count++;
  }
  add(first >= 0, "token");
  return "{\\"verdict\\":\\"" + verdict + "\\",\\"rules\\":[" + rules + "],\\"firstToken\\":" + std::to_string(first) +
    ",\\"differingTokens\\":" + std::to_string(count) + "}";
}
int main(int, char ** argv) {
  ggml_backend_load_all_from_path(argv[1]);
  llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
  for (std::string line; std::getline(std::cin, line);) {
    if (line[0] == '-') {
      auto found = models.find(line.substr(1));
      if (found != models.end()) { if (found->second) llama_model_free(found->second); models.erase(found); }
      std::cout << "forgotten" << std::endl;
      continue;
    }
    auto tab = line.find('\\t');
    auto * target = load(line.substr(0, tab)); auto * draft = load(line.substr(tab + 1));
    std::cout << (target && draft ? judge(target, draft) : "!") << std::endl;
  }
}
`
