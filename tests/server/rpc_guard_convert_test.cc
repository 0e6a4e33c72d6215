// Messages about inspections at the edge: what is refused, at which field, and what a good one becomes.
#include "server/rpc/convert_guard.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "server/guard/guard.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

v1::InspectRequest Request() {
  v1::InspectRequest request;
  request.set_boundary(v1::BOUNDARY_MODEL_OUTPUT);
  request.set_text("x");
  return request;
}

void ExpectRefused(const v1::InspectRequest& request, const std::string& field) {
  const absl::Status status = FromProto(request).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_EQ(DetailOf(status, kFieldDetail), field) << status;
}

TEST(GuardConvertTest, AGoodRequestBecomesItsTerms) {
  v1::InspectRequest request = Request();
  request.set_format(v1::TEXT_FORMAT_MARKDOWN);
  request.set_collection("collections/handbook");
  request.set_max_length(100);
  request.add_context()->set_text("See https://a.example/x.");
  request.add_context()->set_url("https://b.example/y");
  const auto inspection = FromProto(request);
  ASSERT_TRUE(inspection.ok()) << inspection.status();
  EXPECT_EQ(inspection->collection, "handbook");
  EXPECT_EQ(inspection->terms.boundary, guard::Boundary::kModelOutput);
  EXPECT_EQ(inspection->terms.format, chunking::Format::kMarkdown);
  EXPECT_EQ(inspection->terms.max_length, 100u);
  for (const char* url : {"https://a.example/x", "https://b.example/y"}) {
    EXPECT_EQ(inspection->terms.given.Judge(*guard::ParseAddress(url)), guard::GivenLinks::Verdict::kGiven) << url;
  }
}

TEST(GuardConvertTest, EnumerationsOutsideTheirRangeAreRefused) {
  v1::InspectRequest request = Request();
  request.set_boundary(v1::BOUNDARY_UNSPECIFIED);
  ExpectRefused(request, "boundary");
  request.set_boundary(static_cast<v1::Boundary>(7));
  ExpectRefused(request, "boundary");
  request = Request();
  request.set_format(static_cast<v1::TextFormat>(9));
  ExpectRefused(request, "format");
}

TEST(GuardConvertTest, NamesAndLengthsAreChecked) {
  for (const char* name : {"handbook", "collections/", "collections/A", "collections/a/documents/b"}) {
    v1::InspectRequest request = Request();
    request.set_collection(name);
    ExpectRefused(request, "collection");
  }
  for (const int length : {-1, static_cast<int>(guard::kMaxTextBytes) + 1}) {
    v1::InspectRequest request = Request();
    request.set_max_length(length);
    ExpectRefused(request, "max_length");
  }
}

TEST(GuardConvertTest, ContextIsChecked) {
  v1::InspectRequest request = Request();
  request.add_context()->set_text("good");
  request.add_context();
  ExpectRefused(request, "context[1]");
  request.mutable_context(1)->set_text("");
  ExpectRefused(request, "context[1].text");
  for (const std::string& url : {std::string("page.html"), std::string(), std::string("https://"),
                                 "https://a.example/" + std::string(8'192, 'x')}) {
    request.mutable_context(1)->set_url(url);
    ExpectRefused(request, "context[1].url");
  }
  request.mutable_context(1)->set_text(std::string(5u << 20, 'x'));
  ExpectRefused(request, "context");
  request = Request();
  for (int i = 0; i < 1'001; ++i) request.add_context()->set_text("x");
  ExpectRefused(request, "context");
  request = Request();
  request.set_boundary(v1::BOUNDARY_USER_INPUT);
  request.add_context()->set_text("x");
  ExpectRefused(request, "context");
}

TEST(GuardConvertTest, LaterMessagesOfAStreamHoldTextAlone) {
  v1::InspectStreamRequest request;
  request.set_text("x");
  EXPECT_TRUE(CheckHoldsTextAlone(request).ok());
  const auto refused_at = [](const v1::InspectStreamRequest& later) {
    return DetailOf(CheckHoldsTextAlone(later), kFieldDetail).value_or("");
  };
  v1::InspectStreamRequest boundary = request;
  boundary.set_boundary(v1::BOUNDARY_USER_INPUT);
  EXPECT_EQ(refused_at(boundary), "boundary");
  v1::InspectStreamRequest format = request;
  format.set_format(v1::TEXT_FORMAT_HTML);
  EXPECT_EQ(refused_at(format), "format");
  v1::InspectStreamRequest collection = request;
  collection.set_collection("collections/a");
  EXPECT_EQ(refused_at(collection), "collection");
  v1::InspectStreamRequest length = request;
  length.set_max_length(1);
  EXPECT_EQ(refused_at(length), "max_length");
  v1::InspectStreamRequest context = request;
  context.add_context();
  EXPECT_EQ(refused_at(context), "context");
}

TEST(GuardConvertTest, EveryKindOfFindingHasItsName) {
  using sanitize::Kind;
  const std::pair<Kind, v1::FindingKind> kinds[] = {
      {Kind::kHidden, v1::FINDING_KIND_HIDDEN},       {Kind::kExfiltration, v1::FINDING_KIND_EXFILTRATION},
      {Kind::kInjection, v1::FINDING_KIND_INJECTION}, {Kind::kSecret, v1::FINDING_KIND_SECRET},
      {Kind::kPersonal, v1::FINDING_KIND_PERSONAL},   {Kind::kCanary, v1::FINDING_KIND_CANARY},
      {Kind::kLength, v1::FINDING_KIND_LENGTH}};
  for (const auto& [kind, expected] : kinds) {
    sanitize::Finding finding;
    finding.kind = kind;
    finding.source = {1, 2};
    finding.clean = {3, 4};
    v1::InspectResponse response;
    AddFindings({finding}, response.mutable_findings());
    ASSERT_EQ(response.findings_size(), 1);
    EXPECT_EQ(response.findings(0).kind(), expected);
    EXPECT_EQ(response.findings(0).source_end(), 2u);
    EXPECT_EQ(response.findings(0).text_begin(), 3u);
  }
}

}  // namespace
}  // namespace usher::rpc
