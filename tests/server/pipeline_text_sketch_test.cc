#include "server/pipeline/text_sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace usher::pipeline {
namespace {

std::vector<std::string> RandomWords(std::mt19937& random, size_t count) {
  std::vector<std::string> words;
  while (words.size() < count) words.push_back(absl::StrCat("w", random() % 5'000));
  return words;
}

double Jaccard(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto rows = [](const std::vector<std::string>& words) {
    std::set<std::tuple<std::string, std::string, std::string>> set;
    for (size_t i = 0; i + 2 < words.size(); ++i) set.insert({words[i], words[i + 1], words[i + 2]});
    return set;
  };
  const auto of_a = rows(a);
  const auto of_b = rows(b);
  const auto common = std::count_if(of_a.begin(), of_a.end(), [&](const auto& row) { return of_b.contains(row); });
  return static_cast<double>(common) / static_cast<double>(of_a.size() + of_b.size() - static_cast<size_t>(common));
}

double Resemblance(const std::string& a, const std::string& b) { return TextSketch(a).Resemblance(TextSketch(b)); }

TEST(TextSketchTest, CasePunctuationAndSpaceDoNotMatter) {
  EXPECT_EQ(Resemblance("Leave is asked for in April.", "leave, IS asked   for\nin “April”!"), 1);
  EXPECT_EQ(Resemblance("ÄRGER mit Öl", "ärger mit öl"), 1);
}

TEST(TextSketchTest, ShortTextsAreComparedWhole) {
  EXPECT_EQ(Resemblance("leave", "Leave!"), 1);
  EXPECT_EQ(Resemblance("leave", "pay"), 0);
  EXPECT_EQ(Resemblance("red page", "red car"), 0);
}

TEST(TextSketchTest, TextsWithoutWordsResembleNothing) {
  EXPECT_EQ(Resemblance("", ""), 0);
  EXPECT_EQ(Resemblance("...", "..."), 0);
  EXPECT_EQ(Resemblance("", "a b c d"), 0);
}

TEST(TextSketchTest, TheOrderOfWordsMatters) {
  EXPECT_EQ(Resemblance("the dog bites the man today", "man the bites dog today the"), 0);
}

TEST(TextSketchTest, ScriptsWithoutSpacesAreCompared) {
  EXPECT_EQ(Resemblance("请在四月申请年假并通知经理", "请在四月申请年假并通知经理。"), 1);
  EXPECT_LT(Resemblance("请在四月申请年假并通知经理", "服务器在周末进行维护和升级工作"), 0.1);
}

TEST(TextSketchTest, TheEstimateIsNearTheSimilarity) {
  std::mt19937 random(3);
  double squares = 0;
  constexpr int kPairs = 400;
  for (int i = 0; i < kPairs; ++i) {
    std::vector<std::string> a = RandomWords(random, 20 + random() % 600);
    std::vector<std::string> b = a;
    for (size_t changes = random() % (b.size() / 3 + 1); changes > 0; --changes) b[random() % b.size()] = "changed";
    const double off = Resemblance(absl::StrJoin(a, " "), absl::StrJoin(b, " ")) - Jaccard(a, b);
    squares += off * off;
    EXPECT_LT(std::abs(off), 0.25);
  }
  EXPECT_LT(std::sqrt(squares / kPairs), 0.05);
}

}  // namespace
}  // namespace usher::pipeline
