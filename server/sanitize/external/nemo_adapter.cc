#include <utility>

#include "server/sanitize/external/adapter.h"
#include "server/sanitize/external/adapter_json.h"

namespace usher::sanitize::external {
namespace {

class NemoAdapter final : public Adapter {
 public:
  explicit NemoAdapter(std::string configuration) : configuration_(std::move(configuration)) {}

  std::string_view name() const override { return "nemo"; }
  size_t batch_size() const override { return 1; }

  std::string Request(absl::Span<const std::string> texts) const override {
    Json guardrails = {{"options", {{"rails", Json::array({"input"})}, {"log", {{"activated_rails", true}}}}}};
    if (!configuration_.empty()) guardrails["config_id"] = configuration_;
    // With the input rails only, the server asks no model for an answer, but requires the name of one.
    return Written({{"model", ""}, {"messages", UserMessages(texts[0])}, {"guardrails", std::move(guardrails)}});
  }

  absl::StatusOr<std::vector<double>> Scores(const std::string& body, size_t) const override {
    const Json answer = ParseAnswer(body);
    const Json& rails = Member(Member(Member(answer, "guardrails"), "log"), "activated_rails");
    if (!rails.is_array()) return WrongAnswer("it has no list \"guardrails.log.activated_rails\"");
    bool judged = false;
    bool stopped = false;
    for (const Json& rail : rails) {
      if (Member(rail, "type") != "input") continue;
      const Json& stop = Member(rail, "stop");
      if (!stop.is_boolean()) return WrongAnswer("an input rail does not say whether it stopped");
      judged = true;
      stopped = stopped || stop.get<bool>();
    }
    if (!judged) return WrongAnswer("no input rail ran; add one to the configuration of the server");
    return std::vector<double>{stopped ? 1.0 : 0.0};
  }

 private:
  const std::string configuration_;
};

}  // namespace

std::unique_ptr<const Adapter> MakeNemoAdapter(std::string configuration) {
  return std::make_unique<NemoAdapter>(std::move(configuration));
}

}  // namespace usher::sanitize::external
