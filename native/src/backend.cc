#include "backend.h"

#include <dlfcn.h>
#include <llama.h>

#include <atomic>
#include <mutex>

#include "coded-error.h"
#include "log-capture.h"

namespace foretoken {
namespace {

std::mutex mutex;
std::atomic<bool> started{false};

}  // namespace

void Backend::start(const std::string& libraryFolder) {
  const std::lock_guard<std::mutex> lock(mutex);
  LogCapture::install();
  if (started) return;
  // node-llama-cpp may have loaded them; a second registration would show every device twice.
  if (ggml_backend_reg_count() == 0) ggml_backend_load_all_from_path(libraryFolder.c_str());
  if (ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) == nullptr) {
    throw CodedError("ERR_ENGINE_LOST", LogCapture::withErrors("no CPU backend of ggml was found in " + libraryFolder));
  }
  llama_backend_init();
  started = true;
}

bool Backend::isStarted() { return started; }

std::string Backend::cpuLibrary() {
  ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  if (device == nullptr) return "";
  ggml_backend_reg_t registry = ggml_backend_dev_backend_reg(device);
  Dl_info info;
  void* symbol = ggml_backend_reg_get_proc_address(registry, "ggml_backend_set_n_threads");
  if (symbol == nullptr || dladdr(symbol, &info) == 0) return "";
  const std::string path = info.dli_fname;
  return path.substr(path.find_last_of('/') + 1);
}

}  // namespace foretoken
