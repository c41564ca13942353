#include "grammar-source.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <mutex>

#include "coded-error.h"
#include "log-capture.h"

namespace foretoken {
namespace {

constexpr size_t mostBytes = 1u << 20;
constexpr size_t mostRules = 4096;
constexpr size_t mostNesting = 128;

/** Of round brackets outside of literals, character classes and comments. */
size_t deepestNesting(const std::string& source) {
  size_t depth = 0;
  size_t deepest = 0;
  // What ends the present literal, class or comment; 0 outside of them.
  char closing = 0;
  for (size_t at = 0; at < source.size(); at++) {
    const char letter = source[at];
    if (closing != 0) {
      if (letter == '\\' && closing != '\n') at++;
      if (letter == closing) closing = 0;
    } else if (letter == '"' || letter == '#' || letter == '[') {
      closing = letter == '#' ? '\n' : letter == '[' ? ']' : '"';
    } else if (letter == '(') {
      deepest = std::max(deepest, ++depth);
    } else if (letter == ')' && depth > 0) {
      depth--;
    }
  }
  return deepest;
}

/** What is written to standard error while it lives; llama.cpp says there, not in its log, why a grammar does not parse. */
class ErrorOutput {
 public:
  ErrorOutput() : lock_(mutex_), file_(std::tmpfile()), saved_(file_ ? dup(STDERR_FILENO) : -1) {
    std::fflush(stderr);
    if (saved_ >= 0) dup2(fileno(file_), STDERR_FILENO);
  }

  ~ErrorOutput() {
    restore();
    if (file_) std::fclose(file_);
  }

  /** Ends the capture. */
  std::string text() {
    restore();
    std::string text;
    if (!file_) return text;
    std::rewind(file_);
    char part[4096];
    while (const size_t count = std::fread(part, 1, sizeof part, file_)) text.append(part, count);
    return text;
  }

 private:
  void restore() {
    std::fflush(stderr);
    if (saved_ < 0) return;
    dup2(saved_, STDERR_FILENO);
    close(saved_);
    saved_ = -1;
  }

  /** One capture at a time: the descriptor belongs to the process. */
  static std::mutex mutex_;
  std::lock_guard<std::mutex> lock_;
  /** Null where no temporary file could be made; then nothing is captured. */
  std::FILE* file_;
  /** The real standard error while captured, −1 otherwise. */
  int saved_;
};

std::mutex ErrorOutput::mutex_;

constexpr size_t mostWords = 200;

/** llama.cpp's reason without its function name and the grammar, which it repeats; what others wrote goes where it should. */
std::string wordsIn(std::string text, const std::string& source) {
  const std::string opening = "parse: error parsing grammar: ";
  const std::string closing = "\n\n" + source + "\n";
  const size_t start = text.find(opening);
  const size_t end = start == std::string::npos ? start : text.rfind(closing);
  std::string words;
  if (end != std::string::npos) {
    words = text.substr(start + opening.size(), end - start - opening.size());
    text.erase(start, end + closing.size() - start);
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
  return words.size() > mostWords ? words.substr(0, mostWords) + "…" : words;
}

}  // namespace

void assertGrammarIsBounded(const std::string& source) {
  if (source.size() > mostBytes) {
    throw CodedError("ERR_OPTION_INVALID", "grammar must be at most " + std::to_string(mostBytes) + " bytes, got " +
                                               std::to_string(source.size()));
  }
  size_t rules = 0;
  for (size_t at = source.find("::="); at != std::string::npos; at = source.find("::=", at + 3)) rules++;
  if (rules > mostRules) {
    throw CodedError("ERR_OPTION_INVALID",
                     "grammar must have at most " + std::to_string(mostRules) + " rules, got " + std::to_string(rules));
  }
  if (deepestNesting(source) > mostNesting)
    throw CodedError("ERR_OPTION_INVALID", "grammar must nest at most " + std::to_string(mostNesting) + " brackets");
}

LlamaSamplerHandle parsedGrammar(const llama_vocab* vocab, const std::string& source, std::string& words) {
  LogCapture::takeErrors();
  ErrorOutput output;
  LlamaSamplerHandle sampler(llama_sampler_init_grammar(vocab, source.c_str(), "root"));
  words = wordsIn(output.text(), source);
  const std::string logged = LogCapture::takeErrors();
  if (words.empty()) words = logged;
  return sampler;
}

}  // namespace foretoken
