// A workload of filtered retrieval as a folder holds it: vectors, documents, who may read them, and questions.
//
//   x.npy         float32, rows x dimension: one chunk a row, of length 1
//   q.npy         float32, questions x dimension, of length 1
//   chunk_doc.npy int32 or int64, a document for each row
//   kth.npy       float32, for each question the score of its 10th best readable row (optional: recall is unknown)
//   acl.json      doc_groups: groups that may read a document; principals: groups of each, all of them, nested ones
//                 included; queries: {principal, bucket, corr, nvis: rows the principal may read}, in the order of
//                 q.npy
//
// Groups, documents, principals and rows are numbers from 0. Thread-safety: const methods may be called concurrently.
#ifndef USHER_BENCH_USHER_BENCH_WORKLOAD_H_
#define USHER_BENCH_USHER_BENCH_WORKLOAD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "bench/usher_bench/npy.h"

namespace usher::bench {

inline constexpr size_t kResults = 10;  // asked for by every question

struct Question {
  uint32_t principal = 0;
  std::string bucket;       // share of the rows that the principal may read, such as `1%`
  std::string correlation;  // `pos` or `neg`: whether what lies near the question is readable
  uint64_t readable = 0;    // rows
};

// A row as a part of its document.
struct RowPlace {
  uint32_t document = 0;
  uint32_t number = 0;  // among the document's rows
};

class Workload {
 public:
  // Errors name the file, and where it goes wrong. INVALID_ARGUMENT also when the files do not fit each other.
  static absl::StatusOr<Workload> Read(const std::string& folder);

  size_t dimension() const { return vectors_.shape()[1]; }
  size_t row_count() const { return places_.size(); }
  absl::Span<const float> Row(size_t row) const;
  absl::Span<const float> QuestionVector(size_t question) const;
  const NpyFile& vectors() const { return vectors_; }

  // By document: its rows, ascending; the groups that may read it.
  const std::vector<std::vector<uint32_t>>& rows() const { return rows_; }
  const std::vector<std::vector<uint32_t>>& readers() const { return readers_; }
  const std::vector<RowPlace>& places() const { return places_; }  // by row
  // By principal: its groups.
  const std::vector<std::vector<uint32_t>>& principals() const { return principals_; }
  const std::vector<Question>& questions() const { return questions_; }
  // By question; nullopt without kth.npy.
  const std::optional<std::vector<float>>& tenth_scores() const { return tenth_scores_; }

  // Equal for equal content, as far as rows taken here and there tell.
  uint64_t Fingerprint() const;

 private:
  Workload(NpyFile vectors, NpyFile questions)
      : vectors_(std::move(vectors)), question_vectors_(std::move(questions)) {}
  absl::Status ReadVectors(const std::string& folder);
  absl::Status ReadDocuments(const std::string& folder);
  absl::Status ReadAccess(const std::string& folder);
  absl::Status CheckReadable() const;

  NpyFile vectors_;
  NpyFile question_vectors_;
  std::vector<std::vector<uint32_t>> rows_;
  std::vector<std::vector<uint32_t>> readers_;
  std::vector<RowPlace> places_;
  std::vector<std::vector<uint32_t>> principals_;
  std::vector<Question> questions_;
  std::optional<std::vector<float>> tenth_scores_;
};

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_WORKLOAD_H_
