#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace foretoken {

/** A failure with one of Foretoken's codes, which N-API carries on. */
class CodedError : public std::runtime_error {
 public:
  CodedError(std::string code, const std::string& message) : std::runtime_error(message), code(std::move(code)) {}

  /** A key of the error table. */
  const std::string code;
};

}  // namespace foretoken
