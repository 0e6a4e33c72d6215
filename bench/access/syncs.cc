// What a sync of many memberships costs those who meanwhile search and write.
#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/access/measure.h"
#include "bench/access/parts.h"

namespace usher::bench {
namespace {

constexpr size_t kGroups = 10'000;
constexpr size_t kMembers = 100;  // of each group
constexpr size_t kPartGroups = 100;
constexpr char kSource[] = "hr";

// Does one thing again and again, and keeps how long each took.
class Meanwhile {
 public:
  explicit Meanwhile(std::function<void()> work)
      : thread_([this, work = std::move(work)] {
          while (!stop_) timings_.Time(work);
        }) {}

  void FinishAndPrint(const std::string& what) {
    stop_ = true;
    thread_.join();
    timings_.Print(what);
    PrintValue(what + ", longest", timings_.Quantile(1) / 1'000, "ms");
  }

 private:
  std::atomic<bool> stop_ = false;
  Timings timings_;
  std::thread thread_;
};

// All of them; `first` shifts who is in the groups, by thirteen one member of each.
std::string PushPicture(corpus::Corpus& corpus, size_t first) {
  auto id = corpus.BeginSync(DriveTenant::Context(), kSource);
  Require(id.status(), "begin a sync");
  for (size_t part = 0; part < kGroups / kPartGroups; ++part) {
    storage::SyncPartRecord record;
    record.sync_id = *id;
    record.number = static_cast<uint32_t>(part);
    for (size_t group = part * kPartGroups; group < (part + 1) * kPartGroups; ++group) {
      for (size_t i = 0; i < kMembers; ++i) {
        record.memberships.push_back({absl::StrCat("group:", kSource, "/team-", group),
                                      absl::StrCat("user:person-", (first + group * 7 + i * 13) % kDrivePeople)});
      }
    }
    Require(corpus.PushSync(DriveTenant::Context(), kSource, std::move(record)), "push a part");
  }
  return *id;
}

void Commit(DriveTenant& tenant, const std::string& what, const std::string& id) {
  corpus::Corpus& corpus = tenant.corpus();
  const std::vector<float> vector = ProbeVector(0);
  Meanwhile searches([&] {
    const auto view = corpus.Resolve(kTenant, kCollection, {kReviewer});
    Require(view.status(), "resolve");
    index::Query query;
    query.vector = vector;
    Require(view->snapshot->Search(query, *view->entitlement).status(), "search");
  });
  bool member = false;
  Meanwhile writes([&] {
    const std::vector<storage::MembershipRecord> change = {{"group:beside", "user:beside"}};
    const std::vector<storage::MembershipRecord> none;
    member = !member;
    Require(corpus.UpdateMembers(DriveTenant::Context(), member ? change : none, member ? none : change, "").status(),
            "write beside the sync");
  });
  absl::SleepFor(absl::Milliseconds(500));
  const absl::Duration start = Elapsed();
  const auto outcome = corpus.CommitSync(DriveTenant::Context(), kSource, id, kGroups / kPartGroups);
  const absl::Duration taken = Elapsed() - start;
  Require(outcome.status(), "commit");
  Require(!outcome->held, "the sync is held");
  PrintValue(what + ": commit", absl::ToDoubleMilliseconds(taken), "ms");
  PrintValue("  memberships added and removed",
             static_cast<double>(outcome->memberships_added + outcome->memberships_removed), "");
  searches.FinishAndPrint("  searches meanwhile");
  writes.FinishAndPrint("  other writes meanwhile");
}

}  // namespace

void MeasureSyncs(DriveTenant& tenant) {
  PrintHeader("syncs of memberships, one thread searching and one writing meanwhile");
  storage::SourceRecord source;
  source.name = kSource;
  source.share_limit = 100;
  Require(tenant.corpus().SetSource(DriveTenant::Context(), source).status(), "set the source");
  const absl::Duration start = Elapsed();
  const std::string first = PushPicture(tenant.corpus(), 0);
  PrintValue("staging of 1,000,000 memberships, on disk", absl::ToDoubleMilliseconds(Elapsed() - start), "ms");
  Commit(tenant, "the first picture", first);
  Commit(tenant, "the same picture again", PushPicture(tenant.corpus(), 0));
  Commit(tenant, "a picture with one member of each group changed", PushPicture(tenant.corpus(), 13));
}

}  // namespace usher::bench
