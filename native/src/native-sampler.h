#pragma once

#include <napi.h>

#include <memory>

#include "sampler.h"

namespace foretoken {

/**
 * `NativeSampler` of binding.d.ts: an object whose functions own the sampler together. `owner` is whatever keeps the model
 * loaded; it is let go with the last of them.
 */
Napi::Object nativeSampler(Napi::Env env, std::unique_ptr<Sampler> sampler, std::shared_ptr<const void> owner);

/** `NativeChoice` of binding.d.ts. */
Napi::Object choiceObject(Napi::Env env, const Choice& choice);

}  // namespace foretoken
