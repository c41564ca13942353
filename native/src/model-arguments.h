#pragma once

#include <napi.h>

#include "model.h"
#include "option-reader.h"

namespace foretoken {

/** Reads `path` and `NativeModelOptions` of binding.d.ts, but what hears and cancels; throws `ERR_OPTION_INVALID`. */
ModelOptions modelOptionsFrom(const Napi::Value& path, const OptionReader& reader);

}  // namespace foretoken
