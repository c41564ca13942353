#pragma once

#include <string>

namespace foretoken {

/** Keeps the last error lines of llama.cpp and ggml, which otherwise print everything. */
class LogCapture {
 public:
  /** Becomes llama.cpp's listener; one that was there before goes on hearing, unless it only prints. */
  static void install();

  /** The error lines since the last call, of all threads; empty where there are none. */
  static std::string takeErrors();

  /** `message` with what llama.cpp said about it. */
  static std::string withErrors(const std::string& message);
};

}  // namespace foretoken
