#pragma once

#include <string>

namespace foretoken {

/** ggml's backends, which are loaded once a process. */
class Backend {
 public:
  /** Loads them from a folder, unless somebody in this process has; throws `ERR_ENGINE_LOST` where there is no CPU among them. */
  static void start(const std::string& libraryFolder);

  static bool isStarted();

  /** File name of the library that runs on the CPU. */
  static std::string cpuLibrary();
};

}  // namespace foretoken
