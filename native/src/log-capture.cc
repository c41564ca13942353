#include "log-capture.h"

#include <dlfcn.h>
#include <llama.h>

#include <cstring>
#include <mutex>

namespace foretoken {
namespace {

/** Longer errors lose their beginning. */
constexpr size_t mostBytes = 2000;

std::mutex mutex;
/** Guarded by the mutex, as are the two below. */
std::string errors;
ggml_log_callback previous = nullptr;
void* previousData = nullptr;
/** Level of the line that a continued one belongs to. */
thread_local ggml_log_level lastLevel = GGML_LOG_LEVEL_INFO;

void hear(ggml_log_level level, const char* text, void*) {
  if (level != GGML_LOG_LEVEL_CONT) lastLevel = level;
  ggml_log_callback next = nullptr;
  void* nextData = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    if (lastLevel == GGML_LOG_LEVEL_ERROR) {
      errors += text;
      if (errors.size() > mostBytes) errors.erase(0, errors.size() - mostBytes);
    }
    next = previous;
    nextData = previousData;
  }
  if (next != nullptr) next(level, text, nextData);
}

/** Whether a listener is llama.cpp's or ggml's own, which prints to stderr. */
bool onlyPrints(ggml_log_callback callback) {
  Dl_info info;
  if (callback == nullptr || dladdr(reinterpret_cast<void*>(callback), &info) == 0) return true;
  return std::strstr(info.dli_fname, "libllama") != nullptr || std::strstr(info.dli_fname, "libggml") != nullptr;
}

}  // namespace

void LogCapture::install() {
  ggml_log_callback current = nullptr;
  void* currentData = nullptr;
  llama_log_get(&current, &currentData);
  if (current == hear) return;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    previous = onlyPrints(current) ? nullptr : current;
    previousData = currentData;
  }
  llama_log_set(hear, nullptr);
}

std::string LogCapture::takeErrors() {
  const std::lock_guard<std::mutex> lock(mutex);
  std::string taken;
  taken.swap(errors);
  while (!taken.empty() && taken.back() == '\n') taken.pop_back();
  return taken;
}

std::string LogCapture::withErrors(const std::string& message) {
  const std::string words = takeErrors();
  return words.empty() ? message : message + "; llama.cpp says: " + words;
}

}  // namespace foretoken
