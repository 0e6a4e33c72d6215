// Runs a kernel's tests once for each instruction set this machine has.
#ifndef USHER_TESTS_INDEX_INSTRUCTION_SETS_H_
#define USHER_TESTS_INDEX_INSTRUCTION_SETS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "hwy/targets.h"

namespace usher::index::testing {

// The parameter is a target of Highway, one bit.
class InstructionSetTest : public ::testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override {
    hwy::SetSupportedTargetsForTest(GetParam());
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  void TearDown() override {
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

inline std::vector<int64_t> InstructionSets() {
  std::vector<int64_t> targets;
  for (int64_t rest = hwy::SupportedTargets(); rest != 0; rest &= rest - 1) targets.push_back(rest & -rest);
  return targets;
}

inline std::string InstructionSetName(const ::testing::TestParamInfo<int64_t>& target) {
  return hwy::TargetName(target.param);
}

}  // namespace usher::index::testing

#endif  // USHER_TESTS_INDEX_INSTRUCTION_SETS_H_
