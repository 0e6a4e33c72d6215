#include "absl/strings/str_cat.h"
#include "server/rpc/access_handlers.h"
#include "server/rpc/pager.h"
#include "server/rpc/questions.h"
#include "server/status_detail.h"

namespace usher::rpc::access {
namespace {

constexpr PageSizes kNamePages{1'000, 10'000};

absl::StatusOr<corpus::AccessibleKind> KindFromProto(v1::AccessibleKind kind) {
  switch (kind) {
    case v1::ACCESSIBLE_KIND_UNSPECIFIED:
    case v1::ACCESSIBLE_KIND_DOCUMENTS:
      return corpus::AccessibleKind::kDocuments;
    case v1::ACCESSIBLE_KIND_CHUNKS:
      return corpus::AccessibleKind::kChunks;
    default:
      return AtField(absl::InvalidArgumentError("is not a known kind"), "kind");
  }
}

struct Listing {
  acl::Asker asker;
  std::string collection;
  corpus::AccessibleKind kind;
};

absl::StatusOr<Listing> ListingFrom(const Call& call, const v1::ListAccessibleRequest& request) {
  Listing listing;
  auto asker = AskedAbout(call, request.principal(), request.purpose());
  if (!asker.ok()) return asker.status();
  listing.asker = *std::move(asker);
  auto collection = corpus::ParseCollectionName(request.collection());
  if (!collection.ok()) return AtField(collection.status(), "collection");
  listing.collection = *std::move(collection);
  auto kind = KindFromProto(request.kind());
  if (!kind.ok()) return kind.status();
  listing.kind = *kind;
  if (absl::Status status = CheckConsistency(call, request.consistency()); !status.ok()) return status;
  // About others only administrators may ask; whoever got this far and is none is a reader.
  if (listing.asker.principal == call.caller().principal()) return listing;
  if (call.caller().roles().Has(auth::Role::kAdministrator)) return listing;
  return absl::PermissionDeniedError("what others may read is told to administrators only: leave `principal` empty");
}

absl::StatusOr<Pager> PagerFor(const Call& call, const Listing& listing, const v1::ListAccessibleRequest& request,
                               const std::string& page_token) {
  return Pager::Open(call,
                     absl::StrCat(listing.collection, "\n", static_cast<int>(listing.kind), "\n",
                                  listing.asker.principal, "\n", listing.asker.purpose),
                     request.page_size(), page_token, kNamePages);
}

absl::Status FillPage(const Call& call, const v1::ListAccessibleRequest& request, const std::string& page_token,
                      v1::ListAccessibleResponse* response) {
  auto listing = ListingFrom(call, request);
  if (!listing.ok()) return listing.status();
  auto pager = PagerFor(call, *listing, request, page_token);
  if (!pager.ok()) return pager.status();
  auto page = call.corpus().ListAccessible(call.tenant(), listing->collection, listing->asker, listing->kind,
                                           pager->after(), pager->size());
  if (!page.ok()) return page.status();
  response->mutable_names()->Assign(page->names.begin(), page->names.end());
  response->set_next_page_token(pager->TokenFor(page->next));
  response->set_revision_token(call.Token(page->revision));
  return absl::OkStatus();
}

}  // namespace

absl::Status ListAccessible(const Call& call, const v1::ListAccessibleRequest& request,
                            v1::ListAccessibleResponse* response) {
  return FillPage(call, request, request.page_token(), response);
}

grpc::Status StreamAccessible(const Backend& backend, StreamPlaces& places, const grpc::ServerContext& context,
                              const v1::ListAccessibleRequest& request,
                              grpc::ServerWriter<v1::ListAccessibleResponse>* writer) {
  constexpr std::string_view kMethod = "usher.v1.AccessService/StreamAccessible";
  StreamPlaces::Place place;
  std::string page_token;
  do {
    v1::ListAccessibleResponse response;
    // The caller is let in anew for each message: a key revoked meanwhile stops the stream.
    const grpc::Status status =
        Handle(*backend.door, context, kMethod, admission::WorkKind::kQuery, [&](const pipeline::Visit& visit) {
          if (!request.page_token().empty()) {
            return AtField(absl::InvalidArgumentError("must be empty: a stream has no pages"), "page_token");
          }
          if (place == nullptr) {
            auto taken = places.Take();
            if (!taken.ok()) return taken.status();
            place = *std::move(taken);
          }
          return FillPage(Call{backend, visit, kMethod}, request, page_token, &response);
        });
    if (!status.ok()) return status;
    page_token = response.next_page_token();
    response.clear_next_page_token();
    if (!writer->Write(response)) return grpc::Status(grpc::StatusCode::CANCELLED, "the caller gave up");
  } while (!page_token.empty());
  return grpc::Status::OK;
}

}  // namespace usher::rpc::access
