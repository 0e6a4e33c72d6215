#include "server/cli/ingest/document_file.h"

#include <cerrno>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "server/cli/ingest/gunzip.h"
#include "server/cli/utf8.h"

namespace usher::cli {
namespace {

// What the API takes as one document's text.
constexpr size_t kLongestText = 8 << 20;

bool IsPacked(absl::string_view path) { return absl::EndsWithIgnoreCase(path, ".gz"); }

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::ErrnoToStatus(errno, "cannot open the file");
  std::string bytes(kLongestText + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad()) return absl::DataLossError("cannot read the file to its end");
  bytes.resize(static_cast<size_t>(file.gcount()));
  if (bytes.size() > kLongestText)
    return absl::InvalidArgumentError("holds more than 8 MiB; cut it into several documents");
  return bytes;
}

}  // namespace

std::optional<std::string> TextFormatOf(absl::string_view path) {
  if (IsPacked(path)) path.remove_suffix(3);
  const auto is = [path](absl::string_view extension) { return absl::EndsWithIgnoreCase(path, extension); };
  if (is(".md") || is(".markdown")) return "TEXT_FORMAT_MARKDOWN";
  if (is(".html") || is(".htm")) return "TEXT_FORMAT_HTML";
  if (is(".txt") || is(".rst")) return "TEXT_FORMAT_PLAIN";
  return std::nullopt;
}

absl::StatusOr<nlohmann::json> DocumentFromFile(const std::string& path, absl::string_view collection,
                                                absl::string_view id) {
  const auto format = TextFormatOf(path);
  if (!format) return absl::InvalidArgumentError(absl::StrCat("is not of a kind that is read: ", kTextFileKinds));
  auto text = ReadFile(path);
  if (text.ok() && IsPacked(path)) text = Gunzip(*text, kLongestText);
  if (!text.ok()) return text.status();
  if (text->empty()) return absl::InvalidArgumentError("is empty");
  if (!IsUtf8(*text)) return absl::InvalidArgumentError("is not UTF-8; convert it, e.g. with iconv");
  if (!IsUtf8(id)) return absl::InvalidArgumentError("has a name that is not UTF-8; rename it");
  return nlohmann::json{{"name", absl::StrCat(collection, "/documents/", id)},
                        {"source", {{"text", *std::move(text)}, {"format", *format}}}};
}

}  // namespace usher::cli
