/**
 * Prints, as JSON, what llama.cpp allocates on the CPU for a model and a context. Arguments: libraries, model, and the
 * numbers of {@link EngineMemoryQuestion} in its order.
 */
export const memoryProgram = `#include "llama.h"
#include "llama-ext.h"
#include "ggml-backend.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
static long resident() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmRSS:", 0) == 0) return std::strtol(line.c_str() + 6, nullptr, 10) * 1024;
  return 0;
}
int main(int, char ** a) {
  llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
  ggml_backend_load_all_from_path(a[1]);
  auto number = [&](int index) { return std::atoi(a[3 + index]); };
  auto wanted = llama_model_default_params(); wanted.load_mode = LLAMA_LOAD_MODE_NONE;
  auto * model = llama_model_load_from_file(a[2], wanted);
  if (!model) return 1;
  auto params = llama_context_default_params();
  params.n_ctx = number(0); params.n_batch = params.n_ubatch = number(1); params.n_seq_max = number(2);
  params.type_k = (ggml_type) number(3); params.type_v = (ggml_type) number(4);
  params.flash_attn_type = number(5) ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
  params.n_rs_seq = number(6); params.swa_full = true; params.kv_unified = false;
  auto * context = llama_init_from_model(model, params);
  if (!context) return 2;
  size_t weights = 0, kept = 0, compute = 0;
  for (auto & [type, data] : llama_get_memory_breakdown(context)) {
    weights += data.model; kept += data.context; compute += data.compute;
  }
  // Pages count once they are written: the batch is as wide as its buffer.
  llama_batch batch = llama_batch_init(number(1), 0, 1);
  batch.n_tokens = number(1);
  for (int i = 0; i < batch.n_tokens; i++) {
    batch.token[i] = i % 100; batch.pos[i] = i; batch.n_seq_id[i] = 1; batch.seq_id[i][0] = 0; batch.logits[i] = 1;
  }
  if (number(7)) llama_decode(context, batch);
  printf("{\\"weightsBytes\\":%zu,\\"keptBytes\\":%zu,\\"computeBytes\\":%zu,\\"residentBytes\\":%ld}\\n",
    weights, kept, compute, resident());
}
`
