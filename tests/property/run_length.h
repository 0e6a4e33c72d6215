// How long a random test runs and from which seed: short where every change is tested, longer on demand.
//
//   USHER_SEED   another seed than the usual one, to repeat a run or to look elsewhere
//   USHER_PAIRS  pairs of worlds that the tests of non-interference compare
#ifndef USHER_TESTS_PROPERTY_RUN_LENGTH_H_
#define USHER_TESTS_PROPERTY_RUN_LENGTH_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>

#include "absl/strings/numbers.h"

namespace usher::tests {

inline uint64_t NumberFromEnvironment(const char* name, uint64_t usual) {
  const char* text = std::getenv(name);
  uint64_t number = usual;
  if (text != nullptr && !absl::SimpleAtoi(text, &number)) ADD_FAILURE() << name << " is not a number: " << text;
  return number;
}

inline uint64_t Seed() { return NumberFromEnvironment("USHER_SEED", 20'261'123); }

}  // namespace usher::tests

#endif  // USHER_TESTS_PROPERTY_RUN_LENGTH_H_
