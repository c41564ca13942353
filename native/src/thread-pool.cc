#include "thread-pool.h"

#include <ggml-backend.h>

namespace foretoken {

ThreadPool::ThreadPool(int threads) {
  if (threads < 2) return;
  ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  ggml_backend_reg_t registry = ggml_backend_dev_backend_reg(device);
  using Make = ggml_threadpool_t (*)(ggml_threadpool_params*);
  const auto make = reinterpret_cast<Make>(ggml_backend_reg_get_proc_address(registry, "ggml_threadpool_new"));
  free_ = reinterpret_cast<Free>(ggml_backend_reg_get_proc_address(registry, "ggml_threadpool_free"));
  if (make == nullptr || free_ == nullptr) return;
  ggml_threadpool_params params = ggml_threadpool_params_default(threads);
  // Asleep between two batches. At the next level they look out for work for milliseconds, at the expense of all other threads,
  // those of a draft model included.
  params.poll = 0;
  pool_ = make(&params);
}

ThreadPool::~ThreadPool() {
  if (pool_ != nullptr) free_(pool_);
}

}  // namespace foretoken
