#include "bench/usher_bench/prose.h"

#include <array>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace usher::bench {
namespace {

constexpr std::array kWho = {"The harbour office",  "The night shift",  "Our supplier in Trieste",
                             "The finance team",    "A field engineer", "The review board",
                             "The second plant",    "Customer support", "The project lead",
                             "The test laboratory", "The archive",      "A visiting auditor"};
constexpr std::array kDid = {"has checked", "will replace", "could not find", "wrote down",
                             "compared",    "has ordered",  "is repairing",   "asked for",
                             "has delayed", "measured",     "approved",       "has sent back"};
constexpr std::array kWhat = {"the pressure valves",     "the quarterly figures",  "two crates of bearings",
                              "the minutes of the call", "the draft of the lease", "the cooling pumps",
                              "the list of visitors",    "the spare turbine",      "the insurance papers",
                              "the drawings of the hall"};
constexpr std::array kWhen = {"before the end of the month", "on the day after the storm",
                              "during the last inspection",  "as agreed in the spring",
                              "without further notice",      "for the third time this year",
                              "together with the agency",    "at the old price"};
constexpr int kSentences = 5;

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) {}
  template <typename Words>
  const char* Pick(const Words& words) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return words[(state_ >> 33) % std::size(words)];
  }

 private:
  uint64_t state_;
};

}  // namespace

std::string Prose(uint32_t row) {
  Random random(row);
  std::string text;
  for (int i = 0; i < kSentences; ++i) {
    const char* who = random.Pick(kWho);
    const char* did = random.Pick(kDid);
    const char* what = random.Pick(kWhat);
    absl::StrAppend(&text, i > 0 ? " " : "", who, " ", did, " ", what, " ", random.Pick(kWhen), ".");
  }
  return text;
}

}  // namespace usher::bench
