#include "bench/usher_bench/workload.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "bench/usher_bench/access_file.h"

namespace usher::bench {
namespace {

absl::Status CheckLengths(const std::string& file, absl::Span<const float> values, size_t dimension) {
  for (size_t row = 0; row * dimension < values.size(); ++row) {
    double square = 0;
    for (const float value : values.subspan(row * dimension, dimension)) {
      square += static_cast<double>(value) * static_cast<double>(value);
    }
    if (std::abs(square - 1) < 1e-3) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": row ", row, " has length ", std::sqrt(square), "; every row must have length 1"));
  }
  return absl::OkStatus();
}

void Mix(uint64_t value, uint64_t* hash) {
  *hash ^= value;
  *hash *= 0x100000001b3;
}

}  // namespace

absl::StatusOr<Workload> Workload::Read(const std::string& folder) {
  absl::StatusOr<NpyFile> vectors = NpyFile::Map(folder + "/x.npy");
  if (!vectors.ok()) return vectors.status();
  absl::StatusOr<NpyFile> questions = NpyFile::Map(folder + "/q.npy");
  if (!questions.ok()) return questions.status();
  Workload workload(*std::move(vectors), *std::move(questions));
  for (const auto read : {&Workload::ReadVectors, &Workload::ReadDocuments, &Workload::ReadAccess}) {
    if (absl::Status status = (workload.*read)(folder); !status.ok()) return status;
  }
  if (absl::Status status = workload.CheckReadable(); !status.ok()) return status;
  workload.vectors_.Release();
  return workload;
}

absl::Status Workload::ReadVectors(const std::string& folder) {
  const auto rows = vectors_.Floats(2);
  if (!rows.ok()) return rows.status();
  const auto questions = question_vectors_.Floats(2);
  if (!questions.ok()) return questions.status();
  if (rows->empty() || questions->empty() || vectors_.shape()[1] != question_vectors_.shape()[1]) {
    return absl::InvalidArgumentError(absl::StrCat(
        folder, ": x.npy and q.npy must hold at least one row each, of one dimension; x.npy has ", vectors_.shape()[0],
        " x ", vectors_.shape()[1], ", q.npy ", question_vectors_.shape()[0], " x ", question_vectors_.shape()[1]));
  }
  if (absl::Status status = CheckLengths(folder + "/x.npy", *rows, dimension()); !status.ok()) return status;
  if (absl::Status status = CheckLengths(folder + "/q.npy", *questions, dimension()); !status.ok()) return status;

  if (!std::filesystem::exists(folder + "/kth.npy")) return absl::OkStatus();
  const auto file = NpyFile::Map(folder + "/kth.npy");
  if (!file.ok()) return file.status();
  const auto scores = file->Floats(1);
  if (!scores.ok()) return scores.status();
  if (scores->size() != question_vectors_.shape()[0]) {
    return absl::InvalidArgumentError(absl::StrCat(folder, "/kth.npy has ", scores->size(), " scores for ",
                                                   question_vectors_.shape()[0], " questions"));
  }
  tenth_scores_.emplace(scores->begin(), scores->end());
  return absl::OkStatus();
}

absl::Status Workload::ReadDocuments(const std::string& folder) {
  const auto file = NpyFile::Map(folder + "/chunk_doc.npy");
  if (!file.ok()) return file.status();
  const auto documents = file->Integers(1);
  if (!documents.ok()) return documents.status();
  if (documents->size() != vectors_.shape()[0] || documents->size() > std::numeric_limits<uint32_t>::max()) {
    return absl::InvalidArgumentError(absl::StrCat(folder, "/chunk_doc.npy has ", documents->size(), " rows, x.npy ",
                                                   vectors_.shape()[0], "; they must be equal, and below 2^32"));
  }
  places_.reserve(documents->size());
  for (size_t row = 0; row < documents->size(); ++row) {
    const int64_t document = (*documents)[row];
    if (document < 0 || static_cast<size_t>(document) >= documents->size()) {
      return absl::InvalidArgumentError(absl::StrCat(folder, "/chunk_doc.npy: row ", row, " names document ", document,
                                                     "; documents are numbered from 0 without gaps"));
    }
    if (static_cast<size_t>(document) >= rows_.size()) rows_.resize(static_cast<size_t>(document) + 1);
    std::vector<uint32_t>& rows = rows_[static_cast<size_t>(document)];
    places_.push_back({static_cast<uint32_t>(document), static_cast<uint32_t>(rows.size())});
    rows.push_back(static_cast<uint32_t>(row));
  }
  return absl::OkStatus();
}

absl::Status Workload::ReadAccess(const std::string& folder) {
  const std::string path = folder + "/acl.json";
  absl::StatusOr<AccessFile> file = ReadAccessFile(path);
  if (!file.ok()) return file.status();
  if (file->readers.size() != rows_.size() || file->questions.size() != question_vectors_.shape()[0]) {
    return absl::InvalidArgumentError(absl::StrCat(path, " has ", file->readers.size(), " doc_groups and ",
                                                   file->questions.size(), " queries; chunk_doc.npy has ", rows_.size(),
                                                   " documents and q.npy ", question_vectors_.shape()[0], " rows"));
  }
  readers_ = std::move(file->readers);
  principals_ = std::move(file->principals);
  questions_ = std::move(file->questions);
  return absl::OkStatus();
}

// Counts what each asking principal may read, so that a workload whose numbers are of other rules is not measured.
absl::Status Workload::CheckReadable() const {
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> documents_of_group;
  for (size_t document = 0; document < readers_.size(); ++document) {
    for (const uint32_t group : readers_[document]) {
      documents_of_group[group].push_back(static_cast<uint32_t>(document));
    }
  }
  absl::flat_hash_map<uint32_t, uint64_t> readable;
  std::vector<size_t> counted_for(readers_.size(), 0);
  for (size_t i = 0; i < questions_.size(); ++i) {
    const auto [entry, is_new] = readable.try_emplace(questions_[i].principal, 0);
    for (const uint32_t group : is_new ? principals_[questions_[i].principal] : std::vector<uint32_t>()) {
      const auto documents = documents_of_group.find(group);
      if (documents == documents_of_group.end()) continue;
      for (const uint32_t document : documents->second) {
        if (std::exchange(counted_for[document], i + 1) != i + 1) entry->second += rows_[document].size();
      }
    }
    if (entry->second == questions_[i].readable && entry->second > 0) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "acl.json: query ", i, " says that its principal may read ", questions_[i].readable,
        " rows (nvis); by doc_groups and principals it is ", entry->second, "; they must be equal, and at least 1"));
  }
  return absl::OkStatus();
}

absl::Span<const float> Workload::Row(size_t row) const {
  return vectors_.Floats(2)->subspan(row * dimension(), dimension());
}

absl::Span<const float> Workload::QuestionVector(size_t question) const {
  return question_vectors_.Floats(2)->subspan(question * dimension(), dimension());
}

uint64_t Workload::Fingerprint() const {
  uint64_t hash = 0xcbf29ce484222325;
  Mix(row_count(), &hash);
  Mix(dimension(), &hash);
  for (size_t row = 0; row < row_count(); row += 997) {
    for (const float value : Row(row)) Mix(std::bit_cast<uint32_t>(value), &hash);
  }
  for (const RowPlace& place : places_) Mix(place.document, &hash);
  for (const auto* lists : {&readers_, &principals_}) {
    for (const std::vector<uint32_t>& list : *lists) {
      Mix(list.size(), &hash);
      for (const uint32_t value : list) Mix(value, &hash);
    }
  }
  return hash;
}

}  // namespace usher::bench
