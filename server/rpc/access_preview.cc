#include "absl/strings/str_cat.h"
#include "acl/names.h"
#include "server/pipeline/query_vector.h"
#include "server/rpc/access_handlers.h"
#include "server/rpc/convert.h"
#include "server/rpc/convert_access.h"
#include "server/status_detail.h"

namespace usher::rpc::access {
namespace {

constexpr int kMaxChanges = 10'000;
constexpr int kMaxQueries = 100;
constexpr int kMaxQueryResults = 100;
constexpr int kUsualPrincipals = 1'000;
constexpr int kMaxPrincipals = 10'000;
constexpr int kUsualNames = 10;
constexpr int kMaxNames = 1'000;

absl::StatusOr<corpus::ProposedChanges> ChangesFrom(const Call& call, const v1::ProposedChanges& message) {
  const int64_t count = int64_t{message.add_members_size()} + message.remove_members_size() + message.policies_size() +
                        message.clearances_size();
  if (count < 1 || count > kMaxChanges) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("must hold 1 to ", kMaxChanges, " changes altogether")),
                   "changes");
  }
  corpus::ProposedChanges changes;
  MembershipSet seen;
  auto add = MembershipsFromProto(message.add_members(), "changes.add_members", seen);
  if (!add.ok()) return add.status();
  changes.add = *std::move(add);
  auto remove = MembershipsFromProto(message.remove_members(), "changes.remove_members", seen);
  if (!remove.ok()) return remove.status();
  changes.remove = *std::move(remove);
  auto policies = UpdatesFromProto(message.policies(), "changes.policies", Etags::kIgnore, *call.backend.tokens);
  if (!policies.ok()) return policies.status();
  changes.policies = *std::move(policies);
  auto clearances = ClearancesFromProto(message.clearances(), "changes.clearances");
  if (!clearances.ok()) return clearances.status();
  changes.clearances = *std::move(clearances);
  return changes;
}

absl::StatusOr<size_t> Limit(int32_t asked, int usual, int max, const char* field) {
  if (asked < 0 || asked > max) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("must be 0 to ", max)), field);
  }
  return static_cast<size_t>(asked == 0 ? usual : asked);
}

absl::StatusOr<corpus::PreviewLimits> LimitsFrom(const Call& call, const v1::PreviewRequest& request) {
  corpus::PreviewLimits limits;
  for (int i = 0; i < request.collections_size(); ++i) {
    auto name = corpus::ParseCollectionName(request.collections(i));
    if (!name.ok()) return AtField(name.status(), absl::StrCat("collections[", i, "]"));
    limits.collections.push_back(*std::move(name));
  }
  auto principals = Limit(request.max_principals(), kUsualPrincipals, kMaxPrincipals, "max_principals");
  if (!principals.ok()) return principals.status();
  auto names = Limit(request.max_names(), kUsualNames, kMaxNames, "max_names");
  if (!names.ok()) return names.status();
  limits.max_principals = *principals;
  limits.max_names = *names;
  limits.deadline = call.visit.ticket.deadline();
  return limits;
}

// A query with what it asks, not yet a vector.
struct Asked {
  corpus::RecordedQuery query;
  pipeline::QueryContent content;
};

absl::StatusOr<Asked> QueryFrom(const v1::RecordedQuery& message, const std::string& at) {
  Asked asked;
  if (absl::Status status = acl::ValidatePrincipal(message.principal()); !status.ok()) {
    return AtField(status, absl::StrCat(at, "principal"));
  }
  asked.query.principal = message.principal();
  auto collection = corpus::ParseCollectionName(message.collection());
  if (!collection.ok()) return AtField(collection.status(), absl::StrCat(at, "collection"));
  asked.query.collection = *std::move(collection);
  if (message.k() < 1 || message.k() > kMaxQueryResults) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("must be 1 to ", kMaxQueryResults)), absl::StrCat(at, "k"));
  }
  asked.query.k = message.k();
  auto content = QueryFromProto(message, at);
  if (!content.ok()) return content.status();
  asked.content = *std::move(content);
  return asked;
}

absl::StatusOr<std::vector<Asked>> QueriesFrom(const v1::PreviewRequest& request) {
  if (request.queries_size() > kMaxQueries) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("at most ", kMaxQueries, " are allowed")), "queries");
  }
  std::vector<Asked> queries;
  for (int i = 0; i < request.queries_size(); ++i) {
    auto asked = QueryFrom(request.queries(i), absl::StrCat("queries[", i, "]."));
    if (!asked.ok()) return asked.status();
    queries.push_back(*std::move(asked));
  }
  return queries;
}

absl::StatusOr<std::vector<corpus::RecordedQuery>> EmbedAll(const Call& call, std::vector<Asked> queries) {
  std::vector<corpus::RecordedQuery> result;
  for (size_t i = 0; i < queries.size(); ++i) {
    const std::string at = absl::StrCat("queries[", i, "].");
    auto info = call.corpus().GetCollection(call.tenant(), queries[i].query.collection);
    if (!info.ok()) return AtField(info.status(), absl::StrCat(at, "collection"));
    auto vector = pipeline::QueryVector(queries[i].content, {info->record.embedding_model, info->record.dimension},
                                        call.backend.embedder, call.visit.ticket.deadline());
    if (!vector.ok()) {
      return AtField(vector.status(), absl::StrCat(at, DetailOf(vector.status(), kFieldDetail).value_or("text")));
    }
    queries[i].query.vector = *std::move(vector);
    result.push_back(std::move(queries[i].query));
  }
  return result;
}

v1::AccessDifference DifferenceToProto(const corpus::AccessDifference& difference) {
  v1::AccessDifference message;
  message.set_principal(difference.principal);
  message.set_gained_chunks(difference.gained_chunks);
  message.set_lost_chunks(difference.lost_chunks);
  message.mutable_gained_documents()->Assign(difference.gained_documents.begin(), difference.gained_documents.end());
  message.mutable_lost_documents()->Assign(difference.lost_documents.begin(), difference.lost_documents.end());
  return message;
}

void Fill(const Call& call, const corpus::PreviewResult& result, v1::PreviewResponse* response) {
  for (const auto& difference : result.differences) *response->add_differences() = DifferenceToProto(difference);
  response->set_principal_count(result.principal_count);
  if (result.everyone_else) *response->mutable_everyone_else() = DifferenceToProto(*result.everyone_else);
  response->set_revision_token(call.Token(result.revision));
}

}  // namespace

absl::Status Preview(const Call& call, const v1::PreviewRequest& request, v1::PreviewResponse* response) {
  auto changes = ChangesFrom(call, request.changes());
  if (!changes.ok()) return changes.status();
  auto purpose = PurposeFromProto(request.purpose());
  if (!purpose.ok()) return purpose.status();
  auto limits = LimitsFrom(call, request);
  if (!limits.ok()) return limits.status();
  auto asked = QueriesFrom(request);
  if (!asked.ok()) return asked.status();
  auto queries = EmbedAll(call, *std::move(asked));
  if (!queries.ok()) return queries.status();

  auto result = call.corpus().Preview(call.tenant(), *changes, *purpose, *limits);
  if (!result.ok()) return result.status();
  Fill(call, *result, response);
  if (queries->empty()) return absl::OkStatus();
  auto differences = call.corpus().PreviewQueries(call.tenant(), *changes, *purpose, *queries, limits->deadline);
  if (!differences.ok()) return differences.status();
  for (const corpus::QueryDifference& difference : *differences) {
    v1::QueryDifference* out = response->add_queries();
    out->mutable_appearing()->Assign(difference.appearing.begin(), difference.appearing.end());
    out->mutable_disappearing()->Assign(difference.disappearing.begin(), difference.disappearing.end());
  }
  return absl::OkStatus();
}

}  // namespace usher::rpc::access
