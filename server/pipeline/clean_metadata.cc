#include "server/pipeline/clean_metadata.h"

#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/status/status.h"

namespace usher::pipeline {
namespace {

using Json = nlohmann::json;

absl::StatusOr<std::string> CleanString(const sanitize::Sanitizer& sanitizer, const std::string& text,
                                        std::vector<sanitize::Finding>& findings) {
  absl::StatusOr<sanitize::CleanText> clean = sanitizer.Clean(text, chunking::Format::kPlain);
  if (!clean.ok()) return clean.status();
  findings.insert(findings.end(), std::make_move_iterator(clean->findings.begin()),
                  std::make_move_iterator(clean->findings.end()));
  return std::move(clean->text);
}

absl::Status CleanNames(const sanitize::Sanitizer& sanitizer, UncleanName unclean_name, Json& object,
                        std::vector<sanitize::Finding>& findings) {
  for (auto field = object.begin(); field != object.end();) {
    absl::StatusOr<std::string> clean = CleanString(sanitizer, field.key(), findings);
    if (!clean.ok()) return clean.status();
    if (*clean == field.key()) {
      ++field;
    } else if (unclean_name == UncleanName::kDrop) {
      field = object.erase(field);
    } else {
      return absl::InvalidArgumentError(
          "a metadata field's name holds hidden characters or markup; give it a plain name");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CleanMetadata> CleanMetadataJson(const sanitize::Sanitizer& sanitizer, const std::string& json,
                                                UncleanName unclean_name) {
  CleanMetadata clean;
  if (json.empty()) return clean;
  Json metadata = Json::parse(json, nullptr, false);
  if (!metadata.is_object()) return absl::InvalidArgumentError("metadata must be a JSON object");
  std::vector<Json*> pending{&metadata};
  while (!pending.empty()) {
    Json& value = *pending.back();
    pending.pop_back();
    if (value.is_string()) {
      absl::StatusOr<std::string> text = CleanString(sanitizer, value.get_ref<const std::string&>(), clean.findings);
      if (!text.ok()) return text.status();
      value = *std::move(text);
      continue;
    }
    if (value.is_object()) {
      if (absl::Status status = CleanNames(sanitizer, unclean_name, value, clean.findings); !status.ok()) return status;
    }
    if (value.is_structured()) {
      for (Json& item : value) pending.push_back(&item);
    }
  }
  clean.json = metadata.dump(-1, ' ', false, Json::error_handler_t::replace);
  return clean;
}

}  // namespace usher::pipeline
