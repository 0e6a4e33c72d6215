#include <utility>

#include "absl/strings/match.h"
#include "server/sanitize/external/adapter.h"
#include "server/sanitize/external/adapter_json.h"

namespace usher::sanitize::external {
namespace {

class LakeraAdapter final : public Adapter {
 public:
  explicit LakeraAdapter(std::string project) : project_(std::move(project)) {}

  std::string_view name() const override { return "lakera"; }
  size_t batch_size() const override { return 1; }

  std::string Request(absl::Span<const std::string> texts) const override {
    Json request = {{"messages", UserMessages(texts[0])}, {"breakdown", true}};
    if (!project_.empty()) request["project_id"] = project_;
    return Written(request);
  }

  absl::StatusOr<std::vector<double>> Scores(const std::string& body, size_t) const override {
    const Json answer = ParseAnswer(body);
    const Json& breakdown = Member(answer, "breakdown");
    if (!breakdown.is_array()) return WrongAnswer("it has no list \"breakdown\"");
    bool judged = false;
    bool detected = false;
    for (const Json& entry : breakdown) {
      const Json& type = Member(entry, "detector_type");
      if (!type.is_string() || !absl::StartsWith(type.get_ref<const std::string&>(), "prompt_attack")) continue;
      const Json& verdict = Member(entry, "detected");
      if (!verdict.is_boolean()) return WrongAnswer("an entry of \"breakdown\" has no verdict");
      judged = true;
      detected = detected || verdict.get<bool>();
    }
    if (!judged) return WrongAnswer("no detector of type prompt_attack ran; add one to the project's policy");
    return std::vector<double>{detected ? 1.0 : 0.0};
  }

 private:
  const std::string project_;
};

}  // namespace

std::unique_ptr<const Adapter> MakeLakeraAdapter(std::string project) {
  return std::make_unique<LakeraAdapter>(std::move(project));
}

}  // namespace usher::sanitize::external
