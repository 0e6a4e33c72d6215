#include <cmath>

#include "absl/strings/str_cat.h"
#include "server/rpc/convert.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/convert_filter.h"
#include "server/rpc/convert_time.h"
#include "server/rpc/metadata.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

constexpr int kMaxResults = 1'000;
constexpr int kMaxQueries = 100;
constexpr size_t kMaxQueryBytes = 32'768;
constexpr int kMaxDimension = 4'096;

absl::Status Invalid(const std::string& field, const std::string& message) {
  return AtField(absl::InvalidArgumentError(message), field);
}

absl::StatusOr<pipeline::OutputForm> FormFromProto(v1::OutputForm form) {
  switch (form) {
    case v1::OUTPUT_FORM_UNSPECIFIED:
    case v1::OUTPUT_FORM_PLAIN:
      return pipeline::OutputForm::kPlain;
    case v1::OUTPUT_FORM_DELIMITED:
      return pipeline::OutputForm::kDelimited;
    case v1::OUTPUT_FORM_DATAMARKED:
      return pipeline::OutputForm::kDatamarked;
    case v1::OUTPUT_FORM_BASE64:
      return pipeline::OutputForm::kBase64;
    default:
      return Invalid("output_form", "is not a known form");
  }
}

v1::FindingKind KindToProto(uint8_t kind) {
  switch (static_cast<sanitize::Kind>(kind)) {
    case sanitize::Kind::kHidden:
      return v1::FINDING_KIND_HIDDEN;
    case sanitize::Kind::kExfiltration:
      return v1::FINDING_KIND_EXFILTRATION;
    case sanitize::Kind::kInjection:
      return v1::FINDING_KIND_INJECTION;
    case sanitize::Kind::kSecret:
      return v1::FINDING_KIND_SECRET;
    case sanitize::Kind::kPersonal:
      return v1::FINDING_KIND_PERSONAL;
    case sanitize::Kind::kCanary:
      return v1::FINDING_KIND_CANARY;
    case sanitize::Kind::kLength:
      return v1::FINDING_KIND_LENGTH;
  }
  return v1::FINDING_KIND_UNSPECIFIED;
}

v1::FindingAction ActionToProto(uint8_t action) {
  switch (static_cast<sanitize::Action>(action)) {
    case sanitize::Action::kAnnotate:
      return v1::FINDING_ACTION_ANNOTATE;
    case sanitize::Action::kRemove:
      return v1::FINDING_ACTION_REMOVE;
    case sanitize::Action::kReplace:
      return v1::FINDING_ACTION_REPLACE;
    case sanitize::Action::kMask:
      return v1::FINDING_ACTION_MASK;
    case sanitize::Action::kPseudonymise:
      return v1::FINDING_ACTION_PSEUDONYMISE;
    case sanitize::Action::kQuarantine:
      return v1::FINDING_ACTION_QUARANTINE;
  }
  return v1::FINDING_ACTION_UNSPECIFIED;
}

// SearchRequest, BatchQuery and RecordedQuery ask with the same fields.
template <typename Request>
absl::StatusOr<pipeline::QueryContent> ContentFromProto(const Request& request, const std::string& at) {
  if (request.has_text()) {
    const size_t size = request.text().size();
    if (size == 0) return Invalid(absl::StrCat(at, "text"), "must not be empty");
    if (size <= kMaxQueryBytes) return request.text();
    return Invalid(absl::StrCat(at, "text"),
                   absl::StrCat("has ", size, " bytes; at most ", kMaxQueryBytes, " are allowed"));
  }
  if (!request.has_vector()) return Invalid(absl::StrCat(at, "query"), "needs `text` or `vector`");
  const auto& values = request.vector().values();
  if (values.empty() || values.size() > kMaxDimension) {
    return Invalid(absl::StrCat(at, "vector"), absl::StrCat("must hold 1 to ", kMaxDimension, " numbers"));
  }
  for (const float x : values) {
    if (!std::isfinite(x)) return Invalid(absl::StrCat(at, "vector"), "must hold finite numbers only");
  }
  return std::vector<float>(values.begin(), values.end());
}

// nullopt: all chunks are wanted. Fields are named as seen from the query.
template <typename Request>
absl::StatusOr<std::optional<fields::Filter>> FilterFromProto(const Request& request) {
  if (!request.has_filter()) return std::nullopt;
  auto filter = FromProto(request.filter(), "filter");
  if (!filter.ok()) return filter.status();
  return *std::move(filter);
}

absl::Status CheckCount(int k, const std::string& at) {
  if (k >= 1 && k <= kMaxResults) return absl::OkStatus();
  return Invalid(absl::StrCat(at, "k"), absl::StrCat("is ", k, "; must be 1 to ", kMaxResults));
}

absl::StatusOr<index::SearchMode> ModeFromProto(v1::SearchMode mode) {
  switch (mode) {
    case v1::SEARCH_MODE_UNSPECIFIED:
    case v1::SEARCH_MODE_AUTOMATIC:
      return index::SearchMode::kAutomatic;
    case v1::SEARCH_MODE_EXACT:
      return index::SearchMode::kExact;
    default:
      return Invalid("mode", "is not a known mode");
  }
}

template <typename Request>
absl::StatusOr<pipeline::Diversity> DiversityFromProto(const Request& request) {
  const int cap = request.max_chunks_per_document();
  if (cap < 0 || cap > kMaxResults) {
    return Invalid("max_chunks_per_document", absl::StrCat("is ", cap, "; must be 0, for no cap, to ", kMaxResults));
  }
  return pipeline::Diversity{cap, request.collapse_near_duplicates()};
}

// What single searches and batches say alike about how they want to be answered.
template <typename Request, typename Question>
absl::Status FillHow(const Request& request, const auth::TokenMint& tokens, Question& question) {
  auto form = FormFromProto(request.output_form());
  if (!form.ok()) return form.status();
  question.form = *form;
  auto mode = ModeFromProto(request.mode());
  if (!mode.ok()) return mode.status();
  question.mode = *mode;
  auto diversity = DiversityFromProto(request);
  if (!diversity.ok()) return diversity.status();
  question.diversity = *diversity;
  auto purpose = PurposeFromProto(request.purpose());
  if (!purpose.ok()) return purpose.status();
  question.purpose = *std::move(purpose);
  auto at_least = FromProto(request.consistency(), tokens);
  if (!at_least.ok()) return at_least.status();
  question.at_least = *at_least;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<pipeline::QueryContent> QueryFromProto(const v1::RecordedQuery& query, const std::string& at) {
  return ContentFromProto(query, at);
}

absl::StatusOr<std::optional<acl::Revision>> FromProto(const v1::Consistency& consistency,
                                                       const auth::TokenMint& tokens) {
  constexpr DurationBounds kStaleness{absl::Milliseconds(1), absl::Hours(1), "1 millisecond to 1 hour"};
  if (consistency.requirement_case() == v1::Consistency::REQUIREMENT_NOT_SET) return std::nullopt;
  if (consistency.has_max_staleness()) {
    const auto staleness = DurationFromProto(consistency.max_staleness(), kStaleness, "consistency.max_staleness");
    if (!staleness.ok()) return staleness.status();
    return std::nullopt;
  }
  auto revision = tokens.ParseRevisionToken(consistency.at_least_as_fresh());
  if (!revision.ok()) return AtField(revision.status(), "consistency.at_least_as_fresh");
  return *revision;
}

absl::StatusOr<pipeline::SearchQuestion> FromProto(const v1::SearchRequest& request, const auth::TokenMint& tokens) {
  pipeline::SearchQuestion question;
  auto collection = corpus::ParseCollectionName(request.collection());
  if (!collection.ok()) return AtField(collection.status(), "collection");
  question.collection = *std::move(collection);
  if (absl::Status status = CheckCount(request.k(), ""); !status.ok()) return status;
  question.k = request.k();
  auto query = ContentFromProto(request, "");
  if (!query.ok()) return query.status();
  question.query = *std::move(query);
  auto filter = FilterFromProto(request);
  if (!filter.ok()) return filter.status();
  question.filter = *std::move(filter);
  if (absl::Status status = FillHow(request, tokens, question); !status.ok()) return status;
  return question;
}

absl::StatusOr<pipeline::BatchQuestion> FromProto(const v1::BatchSearchRequest& request,
                                                  const auth::TokenMint& tokens) {
  pipeline::BatchQuestion question;
  auto collection = corpus::ParseCollectionName(request.collection());
  if (!collection.ok()) return AtField(collection.status(), "collection");
  question.collection = *std::move(collection);
  if (request.queries().empty() || request.queries_size() > kMaxQueries) {
    return Invalid("queries", absl::StrCat("must hold 1 to ", kMaxQueries, " queries"));
  }
  int results = 0;
  for (int i = 0; i < request.queries_size(); ++i) {
    const std::string at = absl::StrCat("queries[", i, "].");
    const int k = request.queries(i).k();
    if (absl::Status status = CheckCount(k, at); !status.ok()) return status;
    results += k;
    auto content = ContentFromProto(request.queries(i), at);
    if (!content.ok()) return content.status();
    auto filter = FilterFromProto(request.queries(i));
    if (!filter.ok()) return pipeline::InQuery(filter.status(), static_cast<size_t>(i));
    question.queries.push_back({*std::move(content), k, *std::move(filter)});
  }
  if (results > kMaxResults) {
    return Invalid("queries", absl::StrCat("ask for ", results, " results in all; at most ", kMaxResults,
                                           " are allowed: lower k or send fewer queries"));
  }
  if (absl::Status status = FillHow(request, tokens, question); !status.ok()) return status;
  return question;
}

absl::StatusOr<pipeline::ChunksQuestion> FromProto(const v1::GetChunksRequest& request, const auth::TokenMint& tokens) {
  pipeline::ChunksQuestion question;
  auto collection = corpus::ParseCollectionName(request.collection());
  if (!collection.ok()) return AtField(collection.status(), "collection");
  question.collection = *std::move(collection);
  if (request.names().empty() || request.names_size() > kMaxResults) {
    return Invalid("names", absl::StrCat("must hold 1 to ", kMaxResults, " names"));
  }
  for (int i = 0; i < request.names_size(); ++i) {
    const std::string field = absl::StrCat("names[", i, "]");
    auto name = corpus::ParseChunkName(request.names(i));
    if (!name.ok()) return AtField(name.status(), field);
    if (name->collection != question.collection) return Invalid(field, "is not in the request's collection");
    question.names.push_back(*std::move(name));
  }
  auto purpose = PurposeFromProto(request.purpose());
  if (!purpose.ok()) return purpose.status();
  question.purpose = *std::move(purpose);
  auto form = FormFromProto(request.output_form());
  if (!form.ok()) return form.status();
  question.form = *form;
  auto at_least = FromProto(request.consistency(), tokens);
  if (!at_least.ok()) return at_least.status();
  question.at_least = *at_least;
  return question;
}

v1::TrustTier ToProto(storage::TrustTier tier) {
  switch (tier) {
    case storage::TrustTier::kUnverified:
      return v1::TRUST_TIER_UNVERIFIED;
    case storage::TrustTier::kCurated:
      return v1::TRUST_TIER_CURATED;
    case storage::TrustTier::kReviewed:
      return v1::TRUST_TIER_REVIEWED;
  }
  return v1::TRUST_TIER_UNVERIFIED;
}

absl::StatusOr<storage::TrustTier> FromProto(v1::TrustTier tier, const std::string& field) {
  switch (tier) {
    case v1::TRUST_TIER_UNSPECIFIED:
    case v1::TRUST_TIER_UNVERIFIED:
      return storage::TrustTier::kUnverified;
    case v1::TRUST_TIER_CURATED:
      return storage::TrustTier::kCurated;
    case v1::TRUST_TIER_REVIEWED:
      return storage::TrustTier::kReviewed;
    default:
      return Invalid(field, "is not a known tier");
  }
}

v1::Finding ToProto(const storage::FindingRecord& finding) {
  v1::Finding message;
  message.set_rule(finding.rule);
  message.set_kind(KindToProto(finding.kind));
  message.set_action(ActionToProto(finding.action));
  message.set_source_begin(finding.source_begin);
  message.set_source_end(finding.source_end);
  message.set_text_begin(finding.text_begin);
  message.set_text_end(finding.text_end);
  message.set_detail(finding.detail);
  return message;
}

v1::RetrievedChunk ToProto(const pipeline::CleanChunk& chunk) {
  const pipeline::CleanFields& fields = *chunk.fields;
  v1::RetrievedChunk message;
  message.set_name(fields.name);
  message.set_score(chunk.score);
  message.set_text(chunk.text());
  message.set_title(fields.title);
  for (const std::string& heading : fields.headings) message.add_headings(heading);
  message.set_source_uri(fields.source_uri);
  message.set_source_begin(fields.source_begin);
  message.set_source_end(fields.source_end);
  for (const pipeline::ChunkFinding& found : fields.findings) {
    v1::Finding* out = message.add_findings();
    *out = ToProto(found.record);
    out->set_field(found.field);
  }
  if (!fields.metadata_json.empty()) MetadataFromJson(fields.metadata_json, message.mutable_metadata());
  message.set_trust_tier(ToProto(chunk.trust));
  if (!chunk.label.empty()) *message.mutable_label() = ToProto(chunk.label);
  for (const std::string& name : chunk.near_duplicates) message.add_near_duplicates(name);
  return message;
}

v1::SearchPlan ToProto(const pipeline::Plan& plan) {
  v1::SearchPlan message;
  message.set_path(std::string(plan.path));
  message.set_authorized_chunks(plan.authorized_chunks);
  message.set_scanned_chunks(plan.scanned_chunks);
  message.set_scored_in_full(plan.scored_in_full);
  message.set_bytes_read(plan.bytes_read);
  if (plan.predicted > absl::ZeroDuration()) *message.mutable_predicted_time() = ToProto(plan.predicted);
  message.set_reruns(plan.reruns);
  *message.mutable_resolve_time() = ToProto(plan.resolve);
  *message.mutable_embed_time() = ToProto(plan.embed);
  *message.mutable_search_time() = ToProto(plan.search);
  *message.mutable_load_time() = ToProto(plan.load);
  *message.mutable_verify_time() = ToProto(plan.verify);
  *message.mutable_sanitize_time() = ToProto(plan.sanitize);
  return message;
}

}  // namespace usher::rpc
