#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/server/cli_command_fixture.h"

namespace usher::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(CommandTest, SanitizeAnswersEachLineInOrder) {
  input_ = Write("in.jsonl", "{\"id\":1,\"text\":\"a\\u200bb\"}\n{\"id\":2,\"text\":\"c\"}\n");
  const Result result = Usher({"sanitize"});
  EXPECT_EQ(result.code, 0) << result.err;
  std::istringstream lines(result.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(nlohmann::json::parse(line)["text"], "ab");
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(nlohmann::json::parse(line)["id"], 2);
}

TEST_F(CommandTest, SanitizeNamesABadLineAndFails) {
  input_ = Write("in.jsonl", "{\"id\":1,\"text\":\"a\"}\n{\"id\":2}\n");
  const Result result = Usher({"sanitize"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("standard input:2"));
}

TEST_F(CommandTest, SanitizeShowMarksAndListsFindingsWithoutColours) {
  const Result result = Usher({"sanitize", "--show", Write("a.txt", "pass\u200Bword here")});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("pass[1>\\u{200b}<1]word here"));
  EXPECT_THAT(result.out, HasSubstr("1  unicode.zero-width  hidden  remove  bytes 4-7"));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
}

TEST_F(CommandTest, SanitizeShowOfNoFileFails) {
  EXPECT_EQ(Usher({"sanitize", "--show", (root_ / "none").string()}).code, 1);
}

}  // namespace
}  // namespace usher::testing
