#include "server/cli/ingest/gunzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace usher::cli {
namespace {

constexpr size_t kStep = 256 << 10;
// zlib's way to ask for a gzip header with the largest window.
constexpr int kGzipWindow = 15 + 16;

absl::Status Damaged() { return absl::InvalidArgumentError("not a whole gzip file"); }

}  // namespace

absl::StatusOr<std::string> Gunzip(absl::string_view packed, size_t most) {
  if (packed.size() > std::numeric_limits<uInt>::max()) return Damaged();
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) return absl::ResourceExhaustedError("zlib did not start");
  const absl::Cleanup end = [&stream] { inflateEnd(&stream); };
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // zlib only reads through it
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  int result = Z_OK;
  while (result == Z_OK) {
    const size_t used = out.size();
    if (used > most) return absl::InvalidArgumentError(absl::StrCat("holds more than ", most, " bytes when unpacked"));
    const size_t room = std::min(kStep, most + 1 - used);
    out.resize(used + room);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = static_cast<uInt>(room);
    result = inflate(&stream, Z_NO_FLUSH);
    out.resize(used + room - stream.avail_out);
  }
  if (result != Z_STREAM_END || stream.avail_in != 0) return Damaged();
  if (out.size() > most)
    return absl::InvalidArgumentError(absl::StrCat("holds more than ", most, " bytes when unpacked"));
  return out;
}

}  // namespace usher::cli
