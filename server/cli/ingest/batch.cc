#include "server/cli/ingest/batch.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace usher::cli {
namespace {

using nlohmann::json;

constexpr size_t kDocumentsPerBatch = 200;
constexpr size_t kBytesPerBatch = 2 << 20;
constexpr size_t kChunksPerBatch = 10000;
// Room that one number of a vector takes in the request.
constexpr size_t kBytesPerNumber = 4;

// FNV-1a. Only tells batches of one run apart: the server refuses an id that comes again with other content.
uint64_t Hash(absl::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

const json* ReadyChunks(const json& document) {
  return document.contains("chunks") ? &document.at("chunks").at("chunks") : nullptr;
}

size_t TextBytes(const json& node) {
  return node.value("text", json()).is_string() ? node.at("text").get_ref<const std::string&>().size() : 0;
}

size_t SizeOf(const json& document) {
  if (document.contains("source")) return TextBytes(document.at("source"));
  size_t size = 0;
  for (const json& chunk : *ReadyChunks(document)) {
    size += TextBytes(chunk);
    if (chunk.contains("vector")) size += kBytesPerNumber * chunk.at("vector").at("values").size();
  }
  return size;
}

}  // namespace

json ToRequest(const std::string& collection, const std::string& run, const Batch& batch) {
  json request = {{"collection", collection}, {"documents", json::array()}};
  for (const BatchItem& item : batch) request["documents"].push_back(item.document);
  request["request_id"] =
      absl::StrCat("ingest-", run, "-",
                   absl::Hex(Hash(request.dump(-1, ' ', false, json::error_handler_t::replace)), absl::kZeroPad16));
  return request;
}

std::optional<Batch> Batcher::Add(BatchItem item) {
  const size_t bytes = SizeOf(item.document);
  const json* ready = ReadyChunks(item.document);
  const size_t chunks = ready == nullptr ? 0 : ready->size();
  std::optional<Batch> full;
  if (!batch_.empty() &&
      (batch_.size() >= kDocumentsPerBatch || bytes_ + bytes > kBytesPerBatch || chunks_ + chunks > kChunksPerBatch)) {
    full = Take();
  }
  batch_.push_back(std::move(item));
  bytes_ += bytes;
  chunks_ += chunks;
  return full;
}

Batch Batcher::Take() {
  bytes_ = 0;
  chunks_ = 0;
  return std::exchange(batch_, {});
}

}  // namespace usher::cli
