#include "server/cli/json_lines.h"

#include <algorithm>
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

// As std::getline, but keeps no more than one byte past the limit of a line; false at the end.
bool ReadLine(std::istream& stream, std::string& line) {
  char part[1 << 16];
  line.clear();
  while (stream.getline(part, sizeof(part)), stream.gcount() > 0) {
    const bool cut = stream.fail();  // the line goes on
    const bool ended = !cut && !stream.eof();
    const auto bytes = static_cast<size_t>(stream.gcount()) - (ended ? 1 : 0);
    line.append(part, std::min(bytes, kLongestLine + 1 - std::min(line.size(), kLongestLine + 1)));
    if (!cut) return true;
    stream.clear();
  }
  return !line.empty();
}

}  // namespace

absl::Status ForEachJsonLine(
    std::istream& stream, const std::string& name,
    const std::function<absl::Status(const std::string& where, absl::StatusOr<nlohmann::json> object)>& sink) {
  std::string line;
  for (uint64_t number = 1; ReadLine(stream, line); ++number) {
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    if (auto taken = sink(absl::StrCat(name, ":", number), Parse(line)); !taken.ok()) return taken;
  }
  if (stream.bad()) return absl::DataLossError(absl::StrCat("cannot read ", name, " to its end"));
  return absl::OkStatus();
}

absl::Status ForEachJsonLine(
    const std::string& path,
    const std::function<absl::Status(const std::string& where, absl::StatusOr<nlohmann::json> object)>& sink) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  return ForEachJsonLine(file, path, sink);
}

}  // namespace usher::cli
