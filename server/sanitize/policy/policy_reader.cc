#include "server/sanitize/policy/policy_reader.h"

#include <algorithm>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "index/chunking/utf8.h"

namespace usher::sanitize {
namespace {

std::string Listed(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

}  // namespace

void PolicyReader::Fail(const YAML::Node& node, const std::string& at, const std::string& what) {
  if (!status_.ok()) return;
  const std::string place = at.empty() ? "" : absl::StrCat(" '", PrintableDetail(at), "'");
  status_ = absl::InvalidArgumentError(absl::StrCat(file_, ", line ", node.Mark().line + 1, ":", place, " ", what));
}

void PolicyReader::Map(const YAML::Node& node, const std::string& at, const std::vector<std::string_view>& known,
                       const Take& take) {
  if (!node.IsMap()) return Fail(node, at, "must be a map of keys and values");
  std::set<std::string> seen;
  for (const auto& item : node) {
    if (!status_.ok()) return;
    if (!item.first.IsScalar()) return Fail(item.first, at, "has a key that is not a word");
    const std::string& key = item.first.Scalar();
    const std::string path = at.empty() ? key : absl::StrCat(at, ".", key);
    if (!known.empty() && std::find(known.begin(), known.end(), key) == known.end()) {
      return Fail(item.first, path, absl::StrCat("is unknown; known here: ", Listed(known)));
    }
    if (!seen.insert(key).second) return Fail(item.first, path, "is there twice");
    take(key, item.second);
  }
}

void PolicyReader::List(const YAML::Node& node, const std::string& at, size_t most, const Take& take) {
  if (!node.IsSequence()) return Fail(node, at, "must be a list");
  if (node.size() > most) return Fail(node, at, absl::StrCat("has ", node.size(), " items; at most ", most));
  for (size_t i = 0; i < node.size() && status_.ok(); ++i) take(absl::StrCat(at, "[", i, "]"), node[i]);
}

std::string PolicyReader::Scalar(const YAML::Node& node, const std::string& at) {
  if (node.IsScalar()) return node.Scalar();
  Fail(node, at, "must be a single value");
  return "";
}

std::string PolicyReader::Text(const YAML::Node& node, const std::string& at, size_t most) {
  std::string text = Scalar(node, at);
  if (text.empty() || text.size() > most) Fail(node, at, absl::StrCat("must have 1 to ", most, " bytes"));
  if (!chunking::CheckUtf8(text).ok()) Fail(node, at, "must be UTF-8");
  return text;
}

std::vector<std::string> PolicyReader::Texts(const YAML::Node& node, const std::string& at, size_t most_items,
                                             size_t most_bytes) {
  std::vector<std::string> texts;
  List(node, at, most_items,
       [&](const std::string& path, const YAML::Node& item) { texts.push_back(Text(item, path, most_bytes)); });
  return texts;
}

bool PolicyReader::Flag(const YAML::Node& node, const std::string& at) {
  const std::string text = Scalar(node, at);
  if (text != "true" && text != "false") Fail(node, at, "must be true or false");
  return text == "true";
}

double PolicyReader::Number(const YAML::Node& node, const std::string& at, double low, double high) {
  double number = low;
  // Written so that what is not a number is refused.
  if (!absl::SimpleAtod(Scalar(node, at), &number) || !(number >= low && number <= high)) {
    Fail(node, at, absl::StrCat("must be a number from ", low, " to ", high));
  }
  return number;
}

Action PolicyReader::ActionOf(const YAML::Node& node, const std::string& at,
                              const std::vector<std::string_view>& allowed) {
  const std::string text = Scalar(node, at);
  if (std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
    Fail(node, at, absl::StrCat("must be one of ", Listed(allowed)));
    return Action::kQuarantine;
  }
  for (const Action action : {Action::kRemove, Action::kMask, Action::kPseudonymise, Action::kQuarantine}) {
    if (ActionName(action) == text) return action;
  }
  return Action::kAnnotate;
}

}  // namespace usher::sanitize
