#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "server/sanitize/external/adapter.h"
#include "server/sanitize/external/adapter_json.h"

namespace usher::sanitize::external {
namespace {

constexpr std::array<std::string_view, 6> kAttacks = {"injection", "jailbreak", "malicious",
                                                      "unsafe",    "attack",    "label_1"};
constexpr std::array<std::string_view, 4> kHarmless = {"benign", "safe", "legit", "label_0"};

bool IsAmong(absl::Span<const std::string_view> names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The score of one text from its list of {"label", "score"}; nullopt where it does not say.
std::optional<double> ScoreOf(const Json& predictions) {
  if (!predictions.is_array() || predictions.empty()) return std::nullopt;
  bool names_attack = false;
  double attack = 0;
  double harmless = 0;
  for (const Json& prediction : predictions) {
    const Json& label = Member(prediction, "label");
    const Json& score = Member(prediction, "score");
    if (!label.is_string() || !score.is_number()) return std::nullopt;
    const double value = score.get<double>();
    if (!(value >= 0 && value <= 1)) return std::nullopt;
    const std::string name = absl::AsciiStrToLower(label.get_ref<const std::string&>());
    if (IsAmong(kAttacks, name)) {
      names_attack = true;
      attack += value;
    } else if (IsAmong(kHarmless, name)) {
      harmless += value;
    } else {
      return std::nullopt;
    }
  }
  return std::clamp(names_attack ? attack : 1 - harmless, 0.0, 1.0);
}

class ClassifierAdapter final : public Adapter {
 public:
  explicit ClassifierAdapter(ClassifierInput input) : input_(input) {}

  std::string_view name() const override { return "classifier"; }
  size_t batch_size() const override { return 32; }  // what text-embeddings-inference accepts by default

  std::string Request(absl::Span<const std::string> texts) const override {
    Json inputs = Json::array();
    for (const std::string& text : texts)
      inputs.push_back(input_ == ClassifierInput::kTexts ? Json(text) : Json::array({text}));
    Json request = {{"inputs", std::move(inputs)}};
    if (input_ == ClassifierInput::kLists) request["truncate"] = true;
    return Written(request);
  }

  absl::StatusOr<std::vector<double>> Scores(const std::string& body, size_t count) const override {
    const Json answer = ParseAnswer(body);
    if (!answer.is_array() || answer.size() != count) return WrongAnswer("it is no list with an entry for each text");
    std::vector<double> scores;
    for (const Json& entry : answer) {
      // Servers that give the best label only leave out the inner list.
      const std::optional<double> score = ScoreOf(entry.is_object() ? Json::array({entry}) : entry);
      if (!score.has_value()) return WrongAnswer("a text has no score under a known label");
      scores.push_back(*score);
    }
    return scores;
  }

 private:
  const ClassifierInput input_;
};

}  // namespace

std::unique_ptr<const Adapter> MakeClassifierAdapter(ClassifierInput input) {
  return std::make_unique<ClassifierAdapter>(input);
}

}  // namespace usher::sanitize::external
