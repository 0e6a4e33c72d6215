#include "server/cli/json_lines.h"

#include <cerrno>
#include <cstdint>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace usher::cli {
namespace {

constexpr size_t kLongestLine = 64 << 20;

absl::StatusOr<nlohmann::json> Parse(const std::string& line) {
  if (line.size() > kLongestLine) return absl::InvalidArgumentError("the line has more than 64 MiB");
  nlohmann::json object;
  try {
    object = nlohmann::json::parse(line);
  } catch (const nlohmann::json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("not valid JSON: ", error.what()));
  }
  if (!object.is_object()) return absl::InvalidArgumentError("the line must hold one JSON object, {...}");
  return object;
}

}  // namespace

absl::Status ForEachJsonLine(
    const std::string& path,
    const std::function<absl::Status(const std::string& where, absl::StatusOr<nlohmann::json> object)>& sink) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  std::string line;
  for (uint64_t number = 1; std::getline(file, line); ++number) {
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    if (auto taken = sink(absl::StrCat(path, ":", number), Parse(line)); !taken.ok()) return taken;
  }
  if (file.bad()) return absl::DataLossError(absl::StrCat("cannot read ", path, " to its end"));
  return absl::OkStatus();
}

}  // namespace usher::cli
