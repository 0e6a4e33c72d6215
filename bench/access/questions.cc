// What questions about access take when nothing else is going on.
#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/access/measure.h"
#include "bench/access/parts.h"
#include "bench/access_shapes.h"

namespace usher::bench {
namespace {

constexpr auto kDocuments = corpus::AccessibleKind::kDocuments;

void FirstPages(DriveTenant& tenant, size_t size) {
  Timings first;
  for (int i = 0; i < 300; ++i) {
    first.Time([&] {
      const auto page = tenant.corpus().ListAccessible(kTenant, kCollection, {kReviewer}, kDocuments, "", size);
      Require(page.ok() && !page->names.empty(), "the reviewer sees nothing");
    });
  }
  first.Print(absl::StrCat("ListAccessible, reviewer: first page of ", size));
}

void WholeList(DriveTenant& tenant, size_t page_size) {
  constexpr int kRounds = 5;
  Timings whole;
  size_t names = 0;
  for (int round = 0; round < kRounds; ++round) {
    names = 0;
    whole.Time([&] {
      std::string after;
      do {
        auto page = tenant.corpus().ListAccessible(kTenant, kCollection, {kReviewer}, kDocuments, after, page_size);
        Require(page.status(), "list");
        names += page->names.size();
        after = std::move(page->next);
      } while (!after.empty());
    });
  }
  PrintValue(absl::StrCat("  all ", names, " names, in pages of ", page_size),
             static_cast<double>(names) / whole.Quantile(0.5), "million names/s");
}

// Every second one is asked on behalf of somebody who owns the document's home.
std::vector<corpus::AccessQuestion> MakeQuestions(DriveTenant& tenant, size_t count) {
  std::mt19937_64 random(3);
  std::vector<corpus::AccessQuestion> questions;
  while (questions.size() < count) {
    const size_t owner = random() % kDrivePeople;
    const auto documents = tenant.corpus().ListDocuments(kTenant, kCollection, absl::StrCat("home/", owner, "/"), 1);
    Require(documents.status(), "find a document");
    if (documents->empty()) continue;
    const size_t asker = questions.size() % 2 == 0 ? owner : random() % kDrivePeople;
    questions.push_back({{User(asker)}, {kCollection, documents->front().id}});
  }
  return questions;
}

void Checks(DriveTenant& tenant) {
  const std::vector<corpus::AccessQuestion> questions = MakeQuestions(tenant, 10'000);
  Timings single;
  size_t allowed = 0;
  for (const corpus::AccessQuestion& question : questions) {
    single.Time([&] {
      const auto checked = tenant.corpus().Check(kTenant, {&question, 1});
      Require(checked.status(), "check");
      allowed += checked->allowed.front() ? 1 : 0;
    });
  }
  single.Print("Check");
  PrintValue("  allowed", 100.0 * static_cast<double>(allowed) / static_cast<double>(questions.size()), "%");
  constexpr size_t kBatch = 1'000;
  Timings batch;
  for (size_t first = 0; first < questions.size(); first += kBatch) {
    batch.Time([&] {
      Require(tenant.corpus().Check(kTenant, {questions.data() + first, kBatch}).status(), "check a batch");
    });
  }
  batch.Print("BatchCheck of 1,000");
}

void Readers(DriveTenant& tenant, const std::string& what, const std::vector<corpus::NodeName>& nodes) {
  Timings timings;
  size_t readers = 0;
  for (const corpus::NodeName& node : nodes) {
    timings.Time([&] {
      const auto page = tenant.corpus().ListReaders(kTenant, node, "", "", 1'000);
      Require(page.status(), "list readers");
      readers += page->principals.size();
    });
  }
  timings.Print(absl::StrCat("ListReaders of ", what, ", mean ", readers / nodes.size()));
}

void AllReaders(DriveTenant& tenant) {
  std::vector<corpus::NodeName> documents;
  for (const corpus::AccessQuestion& question : MakeQuestions(tenant, 100)) documents.push_back(question.node);
  Readers(tenant, "a document", documents);
  std::vector<corpus::NodeName> folders;
  for (size_t i = 0; i < 50; ++i) folders.push_back({kCollection, "", absl::StrCat("team/", i * 10 + 1)});
  Readers(tenant, "a team's folder", folders);
}

// Prints how long previews take and how many chunks the one who is concerned most gains or loses.
void Preview(DriveTenant& tenant, const std::string& what, const corpus::ProposedChanges& changes, int times = 10) {
  Timings timings;
  uint64_t principals = 0;
  uint64_t chunks = 0;
  for (int i = 0; i < times; ++i) {
    timings.Time([&] {
      const auto result = tenant.corpus().Preview(kTenant, changes, "", {});
      Require(result.status(), "preview");
      principals = result->principal_count;
      if (result->differences.empty()) return;  // fewer documents than the figures are of
      chunks = result->differences.front().gained_chunks + result->differences.front().lost_chunks;
    });
  }
  timings.Print(absl::StrCat("Preview: ", what));
  PrintValue("  principals concerned", static_cast<double>(principals), "");
  PrintValue("  chunks the first of them gains or loses", static_cast<double>(chunks), "");
}

corpus::ProposedChanges Member(const std::string& member, const std::string& group) {
  corpus::ProposedChanges changes;
  changes.add.push_back({group, member});
  return changes;
}

corpus::ProposedChanges Folder(const std::string& path, const std::string& subject) {
  corpus::ProposedChanges changes;
  changes.policies.push_back({{kCollection, "", path}, AllowOnly({subject}), std::nullopt});
  return changes;
}

}  // namespace

void MeasureQuestions(DriveTenant& tenant) {
  PrintHeader("questions, in process");
  FirstPages(tenant, 100);
  FirstPages(tenant, 1'000);
  WholeList(tenant, 1'000);
  WholeList(tenant, 10'000);
  Checks(tenant);
  AllReaders(tenant);
  Preview(tenant, "somebody joins a team", Member(User(3), Group(11)));
  Preview(tenant, "somebody joins the reviewers", Member(User(3), kReviewers));
  Preview(tenant, "a team's folder changes hands", Folder("team/11", Group(12)));
  Preview(tenant, "a home changes hands", Folder("home/11", User(12)));
  Preview(tenant, "the whole collection opens to one more", Folder("", User(12)), 1);
}

}  // namespace usher::bench
