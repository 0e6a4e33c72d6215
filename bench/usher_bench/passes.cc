#include "bench/usher_bench/passes.h"

#include <algorithm>
#include <barrier>
#include <memory>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "bench/usher_bench/process.h"

namespace usher::bench {
namespace {

constexpr absl::Duration kLeast = absl::Seconds(3);
constexpr size_t kWarmUp = 100;

// What one client does, and what came of it.
struct Shift {
  std::unique_ptr<Client> client;
  absl::Status status;
  std::vector<absl::Duration> all;
  absl::Duration end;
};

absl::Status AtQuestion(size_t question, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("question ", question, ": ", status.message()));
}

// Asks questions `first`, `first + step` and so on; fills in the replies to those.
void Work(Shift& shift, size_t first, size_t step, std::vector<Reply>& replies) {
  const absl::Duration start = Elapsed();
  for (bool again = false; !again || Elapsed() - start < kLeast; again = true) {
    for (size_t i = first; i < replies.size(); i += step) {
      const absl::Duration before = Elapsed();
      auto rows = shift.client->Ask(i);
      const absl::Duration taken = Elapsed() - before;
      if (!rows.ok()) {
        shift.status = AtQuestion(i, rows.status());
        return;
      }
      shift.all.push_back(taken);
      if (!again) replies[i] = {*std::move(rows), taken};
      if (again && Elapsed() - start >= kLeast) break;
    }
  }
  shift.end = Elapsed();
}

}  // namespace

absl::Status WarmUp(Target& target, const Workload& workload, bool exact) {
  auto client = target.Connect(exact);
  if (!client.ok()) return client.status();
  absl::flat_hash_set<uint32_t> seen;
  for (size_t i = 0; i < workload.questions().size(); ++i) {
    if (!seen.insert(workload.questions()[i].principal).second && i >= kWarmUp) continue;
    if (auto rows = (*client)->Ask(i); !rows.ok()) return AtQuestion(i, rows.status());
  }
  return absl::OkStatus();
}

absl::StatusOr<Passes> RunClients(Target& target, const Workload& workload, size_t clients, bool exact) {
  Passes passes;
  passes.replies.resize(workload.questions().size());
  std::vector<Shift> shifts(std::min(clients, passes.replies.size()));
  for (Shift& shift : shifts) {
    auto client = target.Connect(exact);
    if (!client.ok()) return client.status();
    shift.client = *std::move(client);
  }
  std::barrier start(static_cast<std::ptrdiff_t>(shifts.size() + 1));
  std::vector<std::thread> threads;
  for (size_t i = 0; i < shifts.size(); ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      Work(shifts[i], i, shifts.size(), passes.replies);
    });
  }
  start.arrive_and_wait();
  const absl::Duration begin = Elapsed();
  for (std::thread& thread : threads) thread.join();
  absl::Duration end = begin;
  for (const Shift& shift : shifts) {
    if (!shift.status.ok()) return shift.status;
    end = std::max(end, shift.end);
    passes.asked += shift.all.size();
    passes.all.insert(passes.all.end(), shift.all.begin(), shift.all.end());
  }
  passes.wall = end - begin;
  return passes;
}

}  // namespace usher::bench
