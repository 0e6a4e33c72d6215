// Whether queries pause while a collection grows: 200,000 rows of 384 dimensions are written, sealed and merged by the
// corpus while one thread asks 50 questions a second for somebody who may read a tenth of them, and another changes
// the rules of single documents.
//
// `pause_bench [ROWS]`. A question's time is split into computing, waiting for a core (as the kernel counts it; on few
// cores that is sharing them) and the rest, which is being blocked: by locks, mostly. Questions count from when they
// were due, so that one pause shows in all that it delays. Uses temporary folders of about 1 GB, removed at the end.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "bench/access/measure.h"
#include "bench/pause/growing_collection.h"
#include "bench/pause/scheduling.h"

namespace usher::bench {
namespace {

constexpr size_t kDocumentsABatch = 100;
constexpr absl::Duration kBetweenQuestions = absl::Milliseconds(20);
constexpr absl::Duration kBetweenRuleChanges = absl::Milliseconds(25);
constexpr absl::Duration kLongBlock = absl::Milliseconds(20);
constexpr absl::Duration kQuiet = absl::Seconds(10);
constexpr absl::Duration kLongestSettling = absl::Minutes(6);
constexpr char kProbe[] = "user:probe";  // reads nothing but what a rule change gives

void PrintTail(const std::string& what, Timings& timings) {
  std::printf("  %-52s %9.3f %9.3f %9.3f %9.3f ms (p50, p99, p99.9, most)\n", what.c_str(), timings.Quantile(0.5) / 1e3,
              timings.Quantile(0.99) / 1e3, timings.Quantile(0.999) / 1e3, timings.Quantile(1) / 1e3);
}

// Asks at a steady rate in a thread of its own, from its making until Stop().
class Questions {
 public:
  Questions(GrowingCollection& collection, absl::Span<const float> rows)
      : collection_(collection), rows_(rows), thread_([this] { Run(); }) {}

  void Stop() {
    stop_ = true;
    thread_.join();
  }
  pid_t thread() const { return thread_id_; }

  // After Stop().
  void Print() {
    PrintTail("  question, from when it was due", latency_);
    PrintTail("  of it computing", computing_);
    PrintTail("  of it waiting for a core", queued_);
    PrintTail("  of it blocked, by locks and else", blocked_);
    PrintValue("  questions", static_cast<double>(asked_), "");
    PrintValue("  blocked for 20 ms and longer", static_cast<double>(long_blocks_), "");
    PrintValue("  most documents written during one question", static_cast<double>(written_), "");
  }

 private:
  void Run() {
    thread_id_ = gettid();
    const ThreadClock clock;
    absl::Duration due = Elapsed();
    ThreadTimes idle = clock.Now();
    while (!stop_) {
      due += kBetweenQuestions;
      if (const absl::Duration early = due - Elapsed(); early > absl::ZeroDuration()) absl::SleepFor(early);
      const size_t documents = collection_.documents();
      const ThreadTimes before = clock.Now();
      const absl::Duration began = Elapsed();
      Ask();
      const absl::Duration ended = Elapsed();
      const ThreadTimes after = clock.Now();
      Count(ended - due, after.computing - before.computing, after.queued - idle.queued,
            ended - began - (after.computing - before.computing) - (after.queued - before.queued));
      if (collection_.documents() > documents) written_ = std::max(written_, collection_.documents() - documents);
      idle = after;
    }
  }

  void Ask() {
    const auto view = collection_.corpus().Resolve(kTenant, kCollection, {kReader, {}, ""});
    Require(view.status(), "resolve");
    index::Query query;
    query.vector = rows_.subspan(asked_ * 7'919 % (rows_.size() / kDimension) * kDimension, kDimension);
    const auto found = view->snapshot->Search(query, *view->entitlement);
    Require(found.ok() && !found->candidates.empty(), "search");
  }

  // `queued` includes waking up when the question was due.
  void Count(absl::Duration latency, absl::Duration computing, absl::Duration queued, absl::Duration blocked) {
    latency_.Add(latency);
    computing_.Add(computing);
    queued_.Add(queued);
    blocked_.Add(std::max(blocked, absl::ZeroDuration()));  // reading the clocks counts as computing
    ++asked_;
    long_blocks_ += blocked >= kLongBlock ? 1 : 0;
  }

  GrowingCollection& collection_;
  const absl::Span<const float> rows_;
  Timings latency_, computing_, queued_, blocked_;
  uint64_t asked_ = 0;
  uint64_t long_blocks_ = 0;
  size_t written_ = 0;
  std::atomic<pid_t> thread_id_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;  // last, as it uses the others
};

// Gives one document after another to somebody who reads nothing else, and takes it back.
class RuleChanges {
 public:
  explicit RuleChanges(GrowingCollection& collection) : collection_(collection), thread_([this] { Run(); }) {}

  void Stop() {
    stop_ = true;
    thread_.join();
  }
  pid_t thread() const { return thread_id_; }
  void Print() {
    PrintTail("  rule change, from the call until a search shows it", effective_);
    PrintTail("  of it after the acknowledgement", seen_);
  }

 private:
  void Run() {
    thread_id_ = gettid();
    for (size_t i = 0; !stop_ || i % 2 == 1; ++i) {  // what was given is taken back
      const size_t number = i / 2 * 31 % collection_.documents();
      const bool give = i % 2 == 0;
      const std::string share = ShareOf(number);
      const acl::Policy policy = give ? Allow({share, kProbe}) : Allow({share});
      const absl::Duration began = Elapsed();
      const corpus::PolicyUpdate update{{kCollection, DocumentId(number)}, policy, std::nullopt};
      Require(collection_.corpus().SetPolicies(Context(), {update}, "").status(), "change a rule");
      const absl::Duration acknowledged = Elapsed();
      const auto view = collection_.corpus().Resolve(kTenant, kCollection, {kProbe, {}, ""});
      Require(view.ok() == give, "see the change of a rule");
      effective_.Add(Elapsed() - began);
      seen_.Add(Elapsed() - acknowledged);
      absl::SleepFor(kBetweenRuleChanges);
    }
  }

  GrowingCollection& collection_;
  Timings effective_, seen_;
  std::atomic<pid_t> thread_id_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;  // last, as it uses the others
};

// Returns true when no thread but `askers` has anything to do, false when that takes too long.
bool Settles(const std::set<pid_t>& askers) {
  const absl::Duration give_up = Elapsed() + kLongestSettling;
  for (int idle = 0; idle < 2;) {
    if (Elapsed() > give_up) return false;
    const absl::Duration before = BusyTime(askers);
    absl::SleepFor(absl::Seconds(1));
    idle = BusyTime(askers) - before > absl::Milliseconds(200) ? 0 : idle + 1;
  }
  return true;
}

void Measure(const std::vector<float>& rows, bool sealing) {
  GrowingCollection collection(sealing);
  const size_t batch = kDocumentsABatch * kChunks * kDimension;
  const auto all = absl::MakeConstSpan(rows);
  collection.Write(all.subspan(0, batch));
  PrintHeader(sealing ? "writing, sealing and merging" : "writing, nothing sealed");
  auto questions = std::make_unique<Questions>(collection, all);
  auto changes = std::make_unique<RuleChanges>(collection);
  const absl::Duration began = Elapsed();
  for (size_t at = batch; at < rows.size(); at += batch) collection.Write(all.subspan(at, batch));
  const double seconds = absl::ToDoubleSeconds(Elapsed() - began);
  const bool all_sealed = sealing && Settles({questions->thread(), changes->thread()});
  const double settled = absl::ToDoubleSeconds(Elapsed() - began);
  questions->Stop();
  changes->Stop();
  PrintValue("  chunks written", static_cast<double>((rows.size() - batch) / kDimension) / seconds, "a second");
  PrintValue("  until all was written", seconds, "s");
  if (sealing) PrintValue(all_sealed ? "  until all was sealed and merged" : "  given up sealing after", settled, "s");
  questions->Print();
  changes->Print();

  PrintHeader(all_sealed ? "nothing written, all sealed"
              : sealing  ? "nothing written, some sealed"
                         : "nothing written, nothing sealed");
  questions = std::make_unique<Questions>(collection, all);
  absl::SleepFor(kQuiet);
  questions->Stop();
  questions->Print();

  PrintHeader("rules changed, nothing written");
  questions = std::make_unique<Questions>(collection, all);
  changes = std::make_unique<RuleChanges>(collection);
  absl::SleepFor(kQuiet);
  questions->Stop();
  changes->Stop();
  questions->Print();
  changes->Print();
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  size_t rows = 200'000;
  if (argc > 2 || (argc == 2 && !absl::SimpleAtoi(argv[1], &rows)) || rows < 2'000 || rows % 10 != 0) {
    std::fprintf(stderr, "usage: pause_bench [ROWS]   # 2,000 and more, in tens\n");
    return 2;
  }
  const std::vector<float> vectors = usher::bench::TopicRows(rows);
  usher::bench::Measure(vectors, false);
  usher::bench::Measure(vectors, true);
}
