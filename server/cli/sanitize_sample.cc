#include "server/cli/sanitize_sample.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "index/chunking/ascii.h"

namespace usher::cli {
namespace {

using chunking::Format;
using nlohmann::json;

// Whether the text starts with a tag that only begins whole pages, or with a block and ends with a tag.
bool IsHtml(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kPages = {"<!doctype html", "<html", "<head", "<body"};
  static constexpr std::array<std::string_view, 10> kBlocks = {"<div", "<table",  "<section", "<article", "<main",
                                                               "<h1",  "<header", "<p>",      "<ul",      "<meta"};
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
  text = chunking::TrimAscii(text);
  const std::string start = chunking::LowerAscii(text.substr(0, 16));
  const auto begins = [&start](std::string_view tag) { return start.compare(0, tag.size(), tag) == 0; };
  if (std::any_of(kPages.begin(), kPages.end(), begins)) return true;
  return !text.empty() && text.back() == '>' && std::any_of(kBlocks.begin(), kBlocks.end(), begins);
}

bool IsMarkdown(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kAnywhere = {"](", "][", "**", "```"};
  const auto has = [text](std::string_view mark) { return text.find(mark) != std::string_view::npos; };
  return text.substr(0, 2) == "# " || has("\n# ") || has("\n## ") ||
         std::any_of(kAnywhere.begin(), kAnywhere.end(), has);
}

absl::StatusOr<std::string> StringField(const json& sample, const char* field) {
  const auto found = sample.find(field);
  if (found == sample.end() || !found->is_string()) {
    return absl::InvalidArgumentError(absl::StrCat("the line needs \"", field, "\", a string"));
  }
  return found->get<std::string>();
}

absl::StatusOr<Format> FormatOf(const json& sample, std::string_view text) {
  if (!sample.contains("format")) return GuessFormat(text);
  auto name = StringField(sample, "format");
  if (!name.ok()) return name.status();
  if (name->find('/') != std::string::npos) return chunking::ParseFormat(*name);
  return chunking::ParseFormat(absl::StrCat("text/", *name));
}

json FindingJson(const sanitize::Finding& finding) {
  const size_t dot = finding.rule.find('.');
  const bool personal = finding.kind == sanitize::Kind::kPersonal;
  return {{"rule", finding.rule},
          {"kind", personal ? "pii" : std::string(sanitize::KindName(finding.kind))},
          {"type", dot == std::string::npos ? finding.rule : finding.rule.substr(dot + 1)},
          {"start", finding.source.begin},
          {"end", finding.source.end}};
}

std::string_view ActionOf(const std::vector<sanitize::Finding>& findings) {
  if (findings.empty()) return "keep";
  const bool changed = std::any_of(findings.begin(), findings.end(), [](const sanitize::Finding& finding) {
    return finding.action != sanitize::Action::kAnnotate;
  });
  return changed ? "redact" : "annotate";
}

}  // namespace

Format GuessFormat(std::string_view text) {
  if (IsHtml(text)) return Format::kHtml;
  return IsMarkdown(text) ? Format::kMarkdown : Format::kPlain;
}

absl::StatusOr<json> SanitizeSample(const sanitize::Sanitizer& sanitizer, const json& sample) {
  if (!sample.contains("id")) return absl::InvalidArgumentError("the line needs \"id\"");
  auto text = StringField(sample, "text");
  if (!text.ok()) return text.status();
  const auto format = FormatOf(sample, *text);
  if (!format.ok()) return format.status();
  json answer = {{"id", sample["id"]}, {"score", 0.0}, {"findings", json::array()}};
  const auto clean = sanitizer.Clean(*text, *format);
  if (!clean.ok()) {
    answer["action"] = "quarantine";
    answer["text"] = "";
    answer["findings"].push_back(
        {{"rule", "refused"}, {"kind", "hidden"}, {"type", "refused"}, {"start", 0}, {"end", text->size()}});
    return answer;
  }
  for (const sanitize::Finding& finding : clean->findings) {
    answer["findings"].push_back(FindingJson(finding));
  }
  answer["action"] = clean->quarantined ? "quarantine" : std::string(ActionOf(clean->findings));
  answer["score"] = clean->injection_score;
  answer["text"] = clean->quarantined ? "" : clean->text;
  return answer;
}

}  // namespace usher::cli
