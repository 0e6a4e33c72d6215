#include "server/sanitize/external/adapter_json.h"

#include "absl/strings/str_cat.h"

namespace usher::sanitize::external {
namespace {

constexpr int kDeepest = 16;

}  // namespace

Json ParseAnswer(const std::string& body) {
  const auto keep = [](int depth, Json::parse_event_t, const Json&) { return depth <= kDeepest; };
  return Json::parse(body, keep, false);
}

const Json& Member(const Json& value, const char* name) {
  static const auto& nothing = *new Json(nullptr);
  if (!value.is_object()) return nothing;
  const auto found = value.find(name);
  return found == value.end() ? nothing : *found;
}

std::string Written(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json UserMessages(const std::string& text) {
  return Json::array({Json::object({{"role", "user"}, {"content", text}})});
}

absl::Status WrongAnswer(const char* what) {
  return absl::InvalidArgumentError(
      absl::StrCat("detector answered wrongly: ", what, "; check which service answers at its address"));
}

}  // namespace usher::sanitize::external
