#include "mailbox.h"

#include <utility>

namespace foretoken {

std::shared_ptr<Mailbox> Mailbox::open(Napi::Env env) {
  auto mailbox = std::make_shared<Mailbox>();
  // Freed by finalize, after the last delivery.
  auto* context = new std::shared_ptr<Mailbox>(mailbox);
  const napi_status status =
      napi_create_threadsafe_function(env, nullptr, nullptr, Napi::String::New(env, "foretoken"), 0, 1, context,
                                      finalize, context, deliver, &mailbox->function_);
  if (status != napi_ok) {
    delete context;
    throw Napi::Error::New(env, "no thread-safe function could be made");
  }
  napi_unref_threadsafe_function(env, mailbox->function_);
  return mailbox;
}

void Mailbox::post(Letter letter) {
  {
    const std::lock_guard<std::mutex> lock(lettersMutex_);
    if (isOver_) return;
    letters_.push_back(std::move(letter));
    if (isCalled_) return;
    isCalled_ = true;
  }
  call();
}

void Mailbox::call() {
  // Held during the call: finalize waits for it, so the function cannot be freed meanwhile.
  const std::lock_guard<std::mutex> lock(functionMutex_);
  if (function_ != nullptr) napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking);
}

void Mailbox::expect(Napi::Env env) {
  if (expected_++ == 0 && function_ != nullptr) napi_ref_threadsafe_function(env, function_);
}

void Mailbox::settled(Napi::Env env) {
  if (--expected_ == 0 && function_ != nullptr) napi_unref_threadsafe_function(env, function_);
}

void Mailbox::deliver(napi_env env, napi_value, void* context, void*) {
  if (env == nullptr) return;
  const std::shared_ptr<Mailbox> mailbox = *static_cast<std::shared_ptr<Mailbox>*>(context);
  std::vector<Letter> letters;
  {
    const std::lock_guard<std::mutex> lock(mailbox->lettersMutex_);
    letters.swap(mailbox->letters_);
    mailbox->isCalled_ = false;
  }
  for (const Letter& letter : letters) {
    const Napi::HandleScope scope(env);
    try {
      letter(Napi::Env(env));
    } catch (const Napi::Error& error) {
      // Of an environment that ends and runs no JavaScript any more, where this says nothing.
      error.ThrowAsJavaScriptException();
    }
  }
}

void Mailbox::finalize(napi_env, void*, void* context) {
  auto* owned = static_cast<std::shared_ptr<Mailbox>*>(context);
  std::vector<Letter> left;
  {
    const std::lock_guard<std::mutex> lock((*owned)->functionMutex_);
    (*owned)->function_ = nullptr;
  }
  {
    const std::lock_guard<std::mutex> lock((*owned)->lettersMutex_);
    (*owned)->isOver_ = true;
    left.swap((*owned)->letters_);
  }
  delete owned;
}

}  // namespace foretoken
