#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <thread>

#include "mailbox.h"

namespace foretoken {

/** The threads of one environment, all of which have ended before it ends. JavaScript thread only. */
class Threads {
 public:
  explicit Threads(std::shared_ptr<Mailbox> mailbox) : mailbox_(std::move(mailbox)) {}

  /** Runs `body`, which throws nothing; `stop` makes it end soon. Throws `ERR_ENGINE_LOST` after the end. */
  void start(std::function<void()> body, std::function<void()> stop);

  /** Stops all and waits for them. */
  void end();

  /** For letters, which may arrive when this is gone. */
  static std::shared_ptr<Threads> make(std::shared_ptr<Mailbox> mailbox);

 private:
  struct Entry {
    std::thread thread;
    std::function<void()> stop;
    /** Set by the thread itself, which is then about to end. */
    std::shared_ptr<std::atomic<bool>> isOver;
  };

  void joinEnded();

  const std::shared_ptr<Mailbox> mailbox_;
  bool hasEnded_ = false;
  std::list<Entry> entries_;
  /** This, for letters. */
  std::weak_ptr<Threads> self_;
};

}  // namespace foretoken
