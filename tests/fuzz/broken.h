// Ends a fuzz target where a promise is broken, so that the fuzzer keeps the input.
#ifndef USHER_TESTS_FUZZ_BROKEN_H_
#define USHER_TESTS_FUZZ_BROKEN_H_

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace usher::tests {

[[noreturn]] inline void Broken(std::string_view promise) {
  std::cerr << "BROKEN: " << promise << std::endl;
  std::abort();
}

inline void Require(bool kept, std::string_view promise) {
  if (!kept) Broken(promise);
}

}  // namespace usher::tests

#endif  // USHER_TESTS_FUZZ_BROKEN_H_
