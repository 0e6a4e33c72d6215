// What access costs at scale: memory of the classes, cold and warm entitlements, and the first answer after a change.
//
// Times in microseconds, measured one by one on one thread: processor time, but for the warm question wall-clock time.
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "acl/check.h"
#include "acl/entitlement_cache.h"
#include "acl/rights.h"
#include "bench/access_shapes.h"

namespace usher::bench {
namespace {

using acl::ClassTable;
using acl::EntitlementCache;
using acl::Policy;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);
constexpr int kChanges = 200;

size_t HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// What the thread itself used: other programs on the machine do not count.
double CpuMicros() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// Cheap enough to take around a fraction of a microsecond.
double WallMicros() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class Timings {
 public:
  explicit Timings(double (*clock)() = CpuMicros) : clock_(clock) {}
  void Time(const std::function<void()>& work) {
    const double start = clock_();
    work();
    micros_.push_back(clock_() - start);
  }
  double Quantile(double share) {
    std::sort(micros_.begin(), micros_.end());
    return micros_[static_cast<size_t>(share * static_cast<double>(micros_.size() - 1))];
  }
  void Print(const std::string& what) {
    std::printf("  %-50s %9.2f %9.2f\n", what.c_str(), Quantile(0.5), Quantile(0.99));
  }

 private:
  double (*clock_)();
  std::vector<double> micros_;
};

class Bench {
 public:
  explicit Bench(std::unique_ptr<AccessShape> shape) : shape_(std::move(shape)) {
    const size_t before = HeapBytes();
    table_ = MakeTable(*shape_);
    bytes_ = HeapBytes() - before;
    malloc_trim(0);
  }

  void Run() {
    const auto classes = static_cast<double>(table_->class_count());
    std::printf("%s: %.0f classes, %zu documents, %.0f bytes a class (%.1f MB)\n", shape_->name.c_str(), classes,
                shape_->documents.size(), static_cast<double>(bytes_) / classes, static_cast<double>(bytes_) / 1e6);
    std::printf("  %-50s %9s %9s\n", "microseconds", "p50", "p99");
    Cold();
    Warm();
    AfterMembership();
    AfterSharedNode();
    AfterDocument();
  }

 private:
  acl::Asker NextAsker() { return {shape_->askers[next_++ * 7'919 % shape_->askers.size()], {}, ""}; }

  EntitlementCache::Found Get(const acl::Asker& asker) {
    return cache_.Get(*table_, {shape_->groups, shape_->clearances, shape_->groups.epoch(), 0}, asker, kNow);
  }

  void Cold() {
    Timings rights_only;
    Timings resolve;
    uint64_t readable = 0;
    for (int i = 0; i < 2'000; ++i) {
      const acl::Asker asker = NextAsker();
      acl::Rights rights;
      rights_only.Time([&] { rights = acl::RightsOf(shape_->groups, shape_->clearances, asker); });
      resolve.Time([&] { readable += table_->Resolve(rights, kNow).classes().size(); });
    }
    rights_only.Print("rights (climbing the groups)");
    resolve.Print("cold: resolve");
    std::printf("  %-50s %9.0f\n", "readable classes, mean", static_cast<double>(readable) / 2'000);
  }

  void Warm() {
    const size_t working_set = std::min<size_t>(100, shape_->askers.size());
    for (size_t i = 0; i < working_set; ++i) Get({shape_->askers[i], {}, ""});
    Timings warm(WallMicros);
    for (size_t i = 0; i < 100'000; ++i) {
      const acl::Asker asker{shape_->askers[i * 7'919 % working_set], {}, ""};
      warm.Time([&] { Get(asker); });
    }
    warm.Print("warm: the same question again");
    std::printf("  %-50s %9.0f\n", "cache bytes an asker", static_cast<double>(cache_.bytes() / working_set));
  }

  // One change, then the next question of an asker it concerns and of one it does not.
  void After(const char* what, const std::function<void(int)>& change, const acl::Asker& concerned,
             const acl::Asker& other) {
    Timings changes;
    Timings concerned_next;
    Timings other_next;
    const uint64_t before = cache_.resolutions();
    for (int i = 0; i < kChanges; ++i) {
      Get(concerned);
      Get(other);
      changes.Time([&] { change(i); });
      concerned_next.Time([&] { Get(concerned); });
      other_next.Time([&] { Get(other); });
    }
    changes.Print(absl::StrCat(what, ": the change"));
    concerned_next.Print(absl::StrCat(what, ": next question, concerned"));
    other_next.Print(absl::StrCat(what, ": next question, others"));
    std::printf("  %-50s %9.2f\n", absl::StrCat(what, ": resolutions a change").c_str(),
                static_cast<double>(cache_.resolutions() - before) / kChanges);
  }

  void AfterMembership() {
    const acl::Asker concerned{shape_->askers[3], {}, ""};
    After("membership",
          [&](int i) {
            if (i % 2 == 0) {
              shape_->groups.Add(concerned.principal, shape_->some_group);
            } else {
              shape_->groups.Remove(concerned.principal, shape_->some_group);
            }
          },
          concerned, {shape_->askers[4], {}, ""});
  }

  void AfterSharedNode() {
    const acl::Asker concerned{shape_->askers[3], {}, ""};
    const Policy open = AllowOnly({concerned.principal});
    const Policy closed = AllowOnly({User(1'000'000)});
    After("shared folder", [&](int i) { table_->SetFolderPolicy(shape_->some_folder, i % 2 == 0 ? open : closed); },
          concerned, {shape_->askers[4], {}, ""});
    Timings given_and_taken;
    for (int i = 0; i < kChanges; ++i) {
      given_and_taken.Time([&] { table_->SetFolderPolicy(shape_->some_folder, i % 2 == 0 ? Policy() : open); });
    }
    given_and_taken.Print("shared folder: policy taken away or given");
  }

  // A document moves from its class to a new one that the asker may read as well.
  void AfterDocument() {
    const acl::Asker concerned{shape_->askers[3], {}, ""};
    const std::string& folder = shape_->documents[0].folder;
    acl::ClassId last = table_->Intern(folder, AllowOnly({concerned.principal}), nullptr);
    table_->AddChunks(last, 3);
    After("document",
          [&](int i) {
            const acl::ClassId fresh =
                table_->Intern(folder, AllowOnly({concerned.principal, User(200'000 + i)}), nullptr);
            table_->AddChunks(last, -3);
            table_->AddChunks(fresh, 3);
            last = fresh;
          },
          concerned, {shape_->askers[4], {}, ""});
  }

  std::unique_ptr<AccessShape> shape_;
  std::unique_ptr<ClassTable> table_;
  size_t bytes_ = 0;
  size_t next_ = 0;
  EntitlementCache cache_{100'000, size_t{256} << 20};
};

}  // namespace
}  // namespace usher::bench

int main() {
  for (const auto make : {usher::bench::Departments, usher::bench::Drive, usher::bench::OpenShares,
                          usher::bench::DeepNesting, usher::bench::ManyGroups}) {
    usher::bench::Bench(make()).Run();
  }
}
