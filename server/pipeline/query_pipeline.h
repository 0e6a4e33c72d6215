// How a question becomes an answer. Read query_pipeline.cc from top to bottom: one call a step, each giving a type that
// only the next step takes.
//
//   credentials - authenticate, authorise, admit -> Visit - resolve -> View - embed -> vector - search -> candidates
//     - load -> LoadedChunks - verify -> VerifiedChunks - sanitize, label -> CleanContext - record -> receipt -> Answer
//
// Guarantees: an answer holds only chunks that the rules allow at the moment of the verify step; a search answer has
// min(k, readable) chunks as of one revision at or after the call's arrival, or there is no answer; of those readable
// only such count as the diversity asked for lets stand together, and an answer says when it gave up looking for them;
// the receipt is written before the answer returns. Thread-safety: all methods may be called concurrently.
#ifndef USHER_SERVER_PIPELINE_QUERY_PIPELINE_H_
#define USHER_SERVER_PIPELINE_QUERY_PIPELINE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "acl/clock.h"
#include "index/corpus/corpus.h"
#include "index/embed/embedder.h"
#include "index/fields/filter.h"
#include "index/storage/store.h"
#include "server/audit/receipt_log.h"
#include "server/auth/caller.h"
#include "server/pipeline/chunk_cache.h"
#include "server/pipeline/clean_context.h"
#include "server/pipeline/diversity.h"
#include "server/pipeline/front_door.h"
#include "server/pipeline/hub_watch.h"
#include "server/pipeline/query_vector.h"
#include "server/pipeline/verify.h"
#include "server/sanitize/external/detector.h"
#include "server/sanitize/policy/policy_set.h"
#include "server/sanitize/sanitizer.h"
#include "server/telemetry/search_telemetry.h"

namespace usher::pipeline {

// What is known of the call besides its content.
struct CallControl {
  auth::Credentials credentials;
  absl::Time deadline = absl::InfiniteFuture();
  std::function<bool()> cancelled;  // may be empty
};

struct SearchQuestion {
  std::string collection;  // id
  QueryContent query;
  int k = 10;
  index::SearchMode mode = index::SearchMode::kAutomatic;
  OutputForm form = OutputForm::kPlain;
  std::optional<acl::Revision> at_least;
  std::string purpose = {};                   // empty: none is stated
  std::optional<fields::Filter> filter = {};  // not bound to the collection yet
  Diversity diversity = {};
};

// Several queries of one collection, answered as of one revision.
struct BatchQuestion {
  struct Query {
    QueryContent content;
    int k = 10;
    std::optional<fields::Filter> filter = {};  // as in SearchQuestion
  };
  std::string collection;
  std::vector<Query> queries;  // at least one
  index::SearchMode mode = index::SearchMode::kAutomatic;
  OutputForm form = OutputForm::kPlain;
  std::optional<acl::Revision> at_least;
  std::string purpose = {};  // empty: none is stated
  Diversity diversity = {};
};

struct ChunksQuestion {
  std::string collection;
  std::vector<corpus::ChunkName> names;  // all of `collection`
  OutputForm form = OutputForm::kPlain;
  std::optional<acl::Revision> at_least;
  std::string purpose = {};  // empty: none is stated
};

// How the answer came about; speaks of readable chunks only. Of queries that were asked together each has its own path,
// counts and time of searching; the other times are of all of them.
struct Plan {
  std::string_view path = {};
  uint64_t authorized_chunks = 0;
  uint64_t scanned_chunks = 0;
  uint64_t scored_in_full = 0;
  uint64_t bytes_read = 0;
  absl::Duration predicted = absl::ZeroDuration();
  uint32_t reruns = 0;
  absl::Duration resolve = {}, embed = {}, search = {}, load = {}, verify = {}, sanitize = {};
};

struct Answer {
  CleanContext context;
  acl::Revision revision;  // everything readable at it was considered; the receipt names that of the last check
  std::string receipt_id;
  Plan plan;
  bool incomplete = false;    // as in BatchAnswer::Part
  std::string policy_digest;  // of the policy it was cleaned by
};

struct BatchAnswer {
  struct Part {
    CleanContext context;
    Plan plan;
    // Among the candidates one call may look at there were not k that may stand together and leave; readable ones
    // beyond those were not looked at.
    bool incomplete = false;
  };
  std::vector<Part> parts;    // one for each query, in order
  acl::Revision revision;     // as in Answer
  std::string receipt_id;     // of all parts
  std::string policy_digest;  // of the policy it was cleaned by
};

class QueryPipeline {
 public:
  struct Parts {
    const FrontDoor* door = nullptr;
    const corpus::Corpus* corpus = nullptr;
    const storage::Store* store = nullptr;
    const embed::Embedder* embedder = nullptr;  // null: only vectors can be asked with
    const sanitize::PolicySet* policies = nullptr;
    audit::ReceiptLog* receipts = nullptr;
    const acl::Clock* clock = nullptr;
    telemetry::SearchTelemetry telemetry = {};
    sanitize::external::Detector* detector = nullptr;  // null: nobody else is asked about texts
  };
  // All parts must outlive the pipeline.
  explicit QueryPipeline(const Parts& parts)
      : parts_(parts), chunks_(&parts.store->objects()), verifier_(parts.corpus, parts.store, parts.clock) {}

  // NOT_FOUND when the collection does not exist or holds nothing the principal may read; ABORTED when rules changed
  // faster than the search could follow; the errors of the steps otherwise.
  absl::StatusOr<Answer> Search(const CallControl& call, const SearchQuestion& question);

  // All queries or none; each is answered as Search would at the revision they share. Errors as for Search, those about
  // one query at a field below "queries[i].".
  absl::StatusOr<BatchAnswer> BatchSearch(const CallControl& call, const BatchQuestion& question);

  // Leaves out what does not exist or may not be read. ABORTED as for Search.
  absl::StatusOr<Answer> GetChunks(const CallControl& call, const ChunksQuestion& question);

  // The pseudonyms of all personal data in the chunks of `question`, with the values as they are written. Who may know
  // them is for the caller to see to, before. NOT_FOUND unless something of it may be read; ABORTED as for Search.
  absl::StatusOr<std::map<std::string, std::string>> Pseudonyms(const Visit& visit, const ChunksQuestion& question);

  // Chunks that appear in far too many answers; not for readers.
  const HubWatch& hubs() const { return hubs_; }

  // Chunks that verify refused although nothing had changed since the search; anything but 0 is a defect of Usher.
  uint64_t verify_defects() const { return defects_.load(std::memory_order_relaxed); }

  // Times a chunk with a planted string was about to leave.
  uint64_t canary_alarms() const { return canary_alarms_.load(std::memory_order_relaxed); }

 private:
  absl::Status CheckFreshness(const std::optional<acl::Revision>& at_least) const;
  // What one query found; of a batch, `query` is its number.
  struct Found {
    size_t query = 0;
    index::Candidate candidate;
  };
  // Both searches: `method` is the one that was called. Counted is Answered, told to telemetry.
  absl::StatusOr<BatchAnswer> Counted(std::string_view method, const CallControl& call, const BatchQuestion& question);
  absl::StatusOr<BatchAnswer> Answered(std::string_view method, const CallControl& call, const BatchQuestion& question);
  // `widths`: for each query, how many candidates.
  absl::StatusOr<std::vector<Found>> SearchEach(const CallControl& call, absl::Time deadline, const corpus::View& view,
                                                const BatchQuestion& question,
                                                const std::vector<std::vector<float>>& vectors,
                                                const std::vector<size_t>& widths, std::vector<Plan>& plans) const;
  // `digest`: of the policy by which kept chunks were cleaned; empty: none that is kept will do.
  absl::StatusOr<std::vector<LoadedChunk>> Load(acl::CollectionId collection, const std::vector<Found>& found,
                                                std::string_view digest) const;
  // Chunks that were asked for by name and are in the entitlement.
  struct Named {
    std::vector<Found> found;
    size_t outdated = 0;  // chunks of documents whose newest write is not in force yet
  };
  absl::StatusOr<Named> FindNamed(const auth::Caller& caller, const corpus::View& view,
                                  const ChunksQuestion& question) const;
  // One attempt: looks the named chunks up, loads and verifies them.
  absl::StatusOr<Verification> ReadNamed(const CallControl& call, const Visit& visit, const ChunksQuestion& question,
                                         std::string_view digest, Plan& plan);
  absl::StatusOr<Verification> VerifyFor(const auth::Caller& caller, const acl::Asker& asker,
                                         const std::string& collection, const corpus::View& view,
                                         std::vector<LoadedChunk> loaded);
  // What an answer was asked for, as the receipt has it.
  struct Occasion {
    std::string_view method;
    std::string_view collection;
    std::string_view purpose;
    OutputForm form;
    absl::Time started;
    const std::string& policy_digest;
  };
  struct Revisions {
    acl::Revision complete_as_of;
    acl::Revision verified_at;
  };
  // The chunks of each query, cleaned.
  using CleanParts = std::vector<std::vector<CleanChunk>>;
  // `plans`: one for each query that was asked.
  // Without what the policy quarantines.
  absl::StatusOr<CleanParts> CleanEach(const sanitize::Sanitizer& sanitizer, std::string_view collection,
                                       Verification& verified, std::vector<Plan>& plans) const;
  // Marks, records and answers.
  absl::StatusOr<BatchAnswer> Finish(const Visit& visit, const Occasion& occasion, CleanParts parts,
                                     const Revisions& revisions, const std::vector<Plan>& plans) const;
  // Counts what the answer shows, and records the hubs it made known.
  absl::Status WatchHubs(const Visit& visit, std::string_view method, acl::CollectionId collection,
                         const std::vector<std::vector<float>>& vectors, const BatchAnswer& answer);
  // Remembers what was cleaned for the first time.
  void Keep(acl::CollectionId collection, const std::vector<VerifiedChunk>& verified,
            const std::vector<CleanChunk>& clean, std::string_view digest) const;
  // Leaves out what is quarantined, and raises the alarm for canaries.
  void Withhold(std::string_view collection, std::vector<CleanChunk>& clean) const;
  audit::Receipt ReceiptOf(const Visit& visit, const Occasion& occasion, const BatchAnswer& answer,
                           acl::Revision verified_at) const;

  const Parts parts_;
  const ChunkCache chunks_;
  const Verifier verifier_;
  HubWatch hubs_;
  std::atomic<uint64_t> defects_{0};
  mutable std::atomic<uint64_t> canary_alarms_{0};
};

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_QUERY_PIPELINE_H_
