// From the acknowledgement of a change of a membership to a search that shows it.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/access/measure.h"
#include "bench/access/parts.h"
#include "bench/access_shapes.h"

namespace usher::bench {
namespace {

constexpr int kWritesPerSecond = 200;
constexpr absl::Duration kRun = absl::Seconds(20);
constexpr size_t kAskers = 5'000;

// Nothing where the person may read nothing.
absl::StatusOr<index::SearchResult> Search(DriveTenant& tenant, const std::string& principal,
                                           const std::vector<float>& vector) {
  const auto view = tenant.corpus().Resolve(kTenant, kCollection, {principal});
  if (absl::IsNotFound(view.status())) return index::SearchResult();
  if (!view.ok()) return view.status();
  index::Query query;
  query.vector = vector;
  return view->snapshot->Search(query, *view->entitlement);
}

// Searches as fast as it can on every core, as many different people.
class QueryLoad {
 public:
  explicit QueryLoad(DriveTenant& tenant) {
    for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) {
      threads_.emplace_back([this, &tenant, i] { Run(tenant, i); });
    }
  }
  ~QueryLoad() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  uint64_t searches() const { return searches_; }

 private:
  void Run(DriveTenant& tenant, unsigned seed) {
    std::mt19937_64 random(seed);
    std::vector<std::vector<float>> vectors;
    for (size_t i = 0; i < 100; ++i) vectors.push_back(ProbeVector(i));
    while (!stop_) {
      const auto found = Search(tenant, User(random() % kAskers), vectors[random() % vectors.size()]);
      Require(found.ok() && !found->candidates.empty(), "a search of the load found nothing");
      ++searches_;
    }
  }

  std::atomic<bool> stop_ = false;
  std::atomic<uint64_t> searches_ = 0;
  std::vector<std::thread> threads_;
};

// Asks, for each change that was acknowledged, whether a search shows it.
class Prober {
 public:
  explicit Prober(DriveTenant& tenant) : tenant_(tenant) {
    for (size_t i = 0; i < kProbes; ++i) {
      const auto document = tenant.corpus().GetDocument(kTenant, {kCollection, ProbeDocument(i)});
      Require(document.status(), "find a probe");
      versions_.push_back(document->version);
      vectors_.push_back(ProbeVector(i));
    }
    thread_ = std::thread([this] { Run(); });
  }

  void Acknowledged(size_t probe, bool member) {
    {
      const std::unique_lock lock(mutex_);
      waiting_.push_back({probe, member, Elapsed()});
    }
    changed_.notify_one();
  }

  // Waits for the last probe. Once.
  void Finish() {
    {
      const std::unique_lock lock(mutex_);
      finished_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  void Print() {
    effective_.Print("  acknowledged until seen by a search that began after");
    search_.Print("  of it the search");
    PrintValue("  wrong answers", static_cast<double>(wrong_), "");
    Require(wrong_ == 0, "a search did not show an acknowledged change");
  }

 private:
  struct Probe {
    size_t number;
    bool member;
    absl::Duration acknowledged;
  };

  std::optional<Probe> Next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return finished_ || !waiting_.empty(); });
    if (waiting_.empty()) return std::nullopt;
    const Probe probe = waiting_.front();
    waiting_.pop_front();
    return probe;
  }

  void Run() {
    while (const std::optional<Probe> probe = Next()) {
      const absl::Duration start = Elapsed();
      const auto found = Search(tenant_, ProbePerson(probe->number), vectors_[probe->number]);
      const absl::Duration end = Elapsed();
      Require(found.status(), "search for a probe");
      const bool shown = std::any_of(found->candidates.begin(), found->candidates.end(), [&](const auto& candidate) {
        return candidate.key.version == versions_[probe->number];
      });
      if (shown != probe->member) ++wrong_;
      search_.Add(end - start);
      effective_.Add(end - probe->acknowledged);
    }
  }

  DriveTenant& tenant_;
  std::vector<acl::DocumentVersion> versions_;
  std::vector<std::vector<float>> vectors_;
  Timings effective_;
  Timings search_;
  size_t wrong_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Probe> waiting_;  // guarded by mutex_
  bool finished_ = false;      // guarded by mutex_
  std::thread thread_;
};

// Lets one person after another join their probe's group, or leave it, at a steady pace.
void ChangeMembers(DriveTenant& tenant, Prober& prober, Timings& writes) {
  const absl::Duration start = Elapsed();
  const auto count = static_cast<size_t>(absl::ToInt64Seconds(kRun)) * kWritesPerSecond;
  for (size_t i = 0; i < count; ++i) {
    const absl::Duration due = start + absl::Seconds(1) / kWritesPerSecond * static_cast<double>(i);
    absl::SleepFor(due - Elapsed());
    const size_t probe = i % kProbes;
    const bool member = i / kProbes % 2 == 0;
    const std::vector<storage::MembershipRecord> change = {{ProbeGroup(probe), ProbePerson(probe)}};
    writes.Time([&] {
      Require(tenant.corpus()
                  .UpdateMembers(DriveTenant::Context(), member ? change : std::vector<storage::MembershipRecord>(),
                                 member ? std::vector<storage::MembershipRecord>() : change, "")
                  .status(),
              "change a membership");
    });
    prober.Acknowledged(probe, member);
  }
  PrintValue("  changes", static_cast<double>(count) / absl::ToDoubleSeconds(Elapsed() - start), "a second");
}

}  // namespace

void MeasureMembershipChanges(DriveTenant& tenant) {
  PrintHeader(absl::StrCat("changes of memberships, ", kWritesPerSecond, " a second wanted, while ",
                           std::thread::hardware_concurrency(), " threads search"));
  QueryLoad load(tenant);
  absl::SleepFor(absl::Seconds(5));
  uint64_t before = load.searches();
  absl::SleepFor(absl::Seconds(5));
  PrintValue("  searches without changes", static_cast<double>(load.searches() - before) / 5, "a second");
  Timings writes;
  Prober prober(tenant);
  before = load.searches();
  const absl::Duration start = Elapsed();
  ChangeMembers(tenant, prober, writes);
  const double seconds = absl::ToDoubleSeconds(Elapsed() - start);
  PrintValue("  searches beside them", static_cast<double>(load.searches() - before) / seconds, "a second");
  prober.Finish();
  writes.Print("  a change until it is acknowledged");
  prober.Print();
}

}  // namespace usher::bench
