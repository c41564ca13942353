#pragma once

#include <ggml-cpu.h>

namespace foretoken {

/**
 * Threads of ggml that stay from batch to batch. Where ggml is given none it starts them anew for each, which takes longer than
 * a small model.
 */
class ThreadPool {
 public:
  /** The calling thread is one of them; holds nothing below two. */
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /** Null where there is none, which llama.cpp takes for one. */
  ggml_threadpool_t get() const { return pool_; }

 private:
  using Free = void (*)(ggml_threadpool_t);

  /** Of the library that ggml chose for this processor, which nothing is linked against. */
  Free free_ = nullptr;
  /** Null or made by the library of free_. */
  ggml_threadpool_t pool_ = nullptr;
};

}  // namespace foretoken
