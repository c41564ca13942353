#include "threads.h"

#include <utility>

#include "coded-error.h"

namespace foretoken {

std::shared_ptr<Threads> Threads::make(std::shared_ptr<Mailbox> mailbox) {
  auto threads = std::make_shared<Threads>(std::move(mailbox));
  threads->self_ = threads;
  return threads;
}

void Threads::start(std::function<void()> body, std::function<void()> stop) {
  if (hasEnded_) throw CodedError("ERR_ENGINE_LOST", "the process is about to end");
  joinEnded();
  const auto isOver = std::make_shared<std::atomic<bool>>(false);
  auto run = [mailbox = mailbox_, self = self_, body = std::move(body), isOver]() mutable {
    body();
    // What the body owned is freed here, before anybody hears of the end.
    body = nullptr;
    *isOver = true;
    mailbox->post([self](Napi::Env) {
      if (const auto threads = self.lock()) threads->joinEnded();
    });
  };
  entries_.push_back(Entry{std::thread(std::move(run)), std::move(stop), isOver});
}

void Threads::joinEnded() {
  entries_.remove_if([](Entry& entry) {
    if (!*entry.isOver) return false;
    entry.thread.join();
    return true;
  });
}

void Threads::end() {
  hasEnded_ = true;
  for (Entry& entry : entries_) entry.stop();
  for (Entry& entry : entries_) entry.thread.join();
  entries_.clear();
}

}  // namespace foretoken
