// Preloaded by micro-batches.test.ts: adds a byte to the file COUNT_GRAPHS for each graph that llama.cpp hands to ggml, which
// is one for each micro-batch.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

extern "C" int ggml_backend_sched_graph_compute_async(void* scheduler, void* graph) {
  static int (*original)(void*, void*) = nullptr;
  static int file = -1;
  if (original == nullptr) {
    void* library = dlopen("libggml-base.so", RTLD_LAZY | RTLD_NOLOAD);
    original = reinterpret_cast<int (*)(void*, void*)>(dlsym(library, "ggml_backend_sched_graph_compute_async"));
    file = open(getenv("COUNT_GRAPHS"), O_WRONLY | O_APPEND);
  }
  if (write(file, "", 1) != 1) abort();
  return original(scheduler, graph);
}
