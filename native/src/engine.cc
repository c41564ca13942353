#include "engine.h"

#include <algorithm>
#include <string>

#include "coded-error.h"
#include "fingerprint.h"
#include "log-capture.h"
#include "stopwatch.h"

namespace foretoken {
namespace {

/** Below this share of what a slot keeps, reusing it costs more later than it saves now, if another slot is empty. */
constexpr size_t leastShareOfKept = 8;

size_t sharedPrefix(const std::vector<llama_token>& one, const std::vector<llama_token>& other) {
  const size_t most = std::min(one.size(), other.size());
  return std::mismatch(one.begin(), one.begin() + most, other.begin()).first - one.begin();
}

bool stops(void* flag) { return static_cast<const std::atomic<bool>*>(flag)->load(std::memory_order_relaxed); }

llama_context_params paramsOf(const ContextOptions& options, const std::atomic<bool>* isStopping) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = static_cast<uint32_t>(options.contextTokens * options.sequences);
  params.n_batch = static_cast<uint32_t>(options.batchTokens);
  params.n_ubatch = params.n_batch;
  params.n_seq_max = static_cast<uint32_t>(options.sequences);
  params.n_rs_seq = options.snapshots;
  params.n_threads = options.threads;
  params.n_threads_batch = options.batchThreads;
  params.type_k = options.keyType;
  params.type_v = options.valueType;
  // A stream of cells for each sequence: what others hold changes no bit of its sums.
  params.kv_unified = false;
  // Rejected tokens are trimmed from a cache that still holds what slid out of the window.
  params.swa_full = true;
  params.no_perf = true;
  params.abort_callback = stops;
  params.abort_callback_data = const_cast<std::atomic<bool>*>(isStopping);
  return params;
}

}  // namespace

Engine::Engine(std::shared_ptr<const Model> model, const ContextOptions& options, const std::atomic<bool>* isStopping)
    : model_(std::move(model)), options_(options), threads_(std::max(options.threads, options.batchThreads)) {
  if (options.contextTokens * options.sequences > UINT32_MAX / 2) {
    throw CodedError("ERR_BUDGET_EXCEEDED", "contextTokens times sequences must be below 2^31");
  }
  LogCapture::takeErrors();
  context_ = llama_init_from_model(model_->get(), paramsOf(options, isStopping));
  if (context_ == nullptr) {
    throw CodedError("ERR_ENGINE_LOST", LogCapture::withErrors("llama.cpp could not make a context; ask for a smaller one"));
  }
  // One pool for both kinds of batches: a batch for fewer threads leaves the others asleep.
  if (threads_.get() != nullptr) llama_attach_threadpool(context_, threads_.get(), nullptr);
  if (model_->hasRecurrentState()) rollback_ = snapshots() > 0 ? Rollback::bounded : Rollback::checkpoint;
  for (size_t id = 0; id < options.sequences; id++) {
    slots_.push_back(std::make_unique<Slot>(context_, static_cast<llama_seq_id>(id), rollback_, &counters_));
  }
}

Engine::~Engine() { llama_free(context_); }

const char* Engine::rollbackName() const {
  if (rollback_ == Rollback::bounded) return "bounded";
  return rollback_ == Rollback::checkpoint ? "checkpoint" : "trim";
}

uint64_t Engine::fingerprint() const {
  Fingerprint fingerprint;
  fingerprint.add(model_->fingerprint());
  fingerprint.add(std::string(FORETOKEN_ENGINE_VERSION));
  fingerprint.add(static_cast<uint64_t>(options_.keyType));
  fingerprint.add(static_cast<uint64_t>(options_.valueType));
  return fingerprint.value();
}

Slot* Engine::takeSlot(const std::vector<llama_token>& prompt, bool reuse, const std::string& scope) {
  Slot* slot = chooseSlot(reuse ? prompt : std::vector<llama_token>(), scope);
  if (slot == nullptr) return nullptr;
  slot->isTaken = true;
  slot->lastUse = ++uses_;
  const bool isShared = reuse && slot->scope == scope;
  const size_t most = isShared ? std::min(sharedPrefix(slot->held(), prompt), prompt.size() - 1) : 0;
  const size_t reused = slot->goBackTo(most);
  slot->scope = scope;
  counters_.change([&](Counts& counts) { counts.reusedTokens += reused; });
  return slot;
}

Slot* Engine::chooseSlot(const std::vector<llama_token>& prompt, const std::string& scope) {
  Slot* best = nullptr;
  size_t bestReach = 0;
  Slot* empty = nullptr;
  Slot* oldest = nullptr;
  for (const auto& slot : slots_) {
    if (slot->isTaken) continue;
    if (slot->held().empty() && empty == nullptr) empty = slot.get();
    if (oldest == nullptr || slot->lastUse < oldest->lastUse) oldest = slot.get();
    const size_t shared = slot->scope == scope ? sharedPrefix(slot->held(), prompt) : 0;
    const size_t reach = shared == 0 ? 0 : slot->reachable(std::min(shared, prompt.size() - 1));
    if (reach > bestReach) {
      best = slot.get();
      bestReach = reach;
    }
  }
  const bool isWorthIt = best != nullptr && (empty == nullptr || bestReach * leastShareOfKept >= best->held().size());
  if (isWorthIt) return best;
  return empty != nullptr ? empty : oldest;
}

void Engine::freeSlot(Slot* slot) {
  slot->isTaken = false;
  slot->lastUse = ++uses_;
}

double Engine::decode(Batch& batch) {
  const Stopwatch watch;
  const int32_t status = llama_decode(context_, batch.view());
  llama_synchronize(context_);
  const double decodeMs = watch.ms();
  counters_.change([&](Counts& counts) {
    counts.decodes++;
    counts.evaluatedTokens += batch.size();
    counts.decodeMs += decodeMs;
  });
  if (status == 0) return decodeMs;
  const llama_batch view = batch.view();
  for (int32_t index = 0; index < view.n_tokens; index++) slots_[view.seq_id[index][0]]->clear();
  throw CodedError("ERR_ENGINE_LOST",
                   LogCapture::withErrors("llama.cpp could not decode (status " + std::to_string(status) + ")"));
}

const float* Engine::row(int32_t index) const { return llama_get_logits_ith(context_, index); }

}  // namespace foretoken
