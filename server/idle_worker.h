// A thread for work that can wait: it runs when nobody else wants the processor.
//
// Guarantees: runs at the lowest ordinary priority; rests `rest_per_work` times as long as it worked, so that of one
// processor it takes at most that share in the long run. Thread-safety: made and destroyed once; stops its thread when
// destroyed.
#ifndef USHER_SERVER_IDLE_WORKER_H_
#define USHER_SERVER_IDLE_WORKER_H_

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace usher {

class IdleWorker {
 public:
  using Stopping = std::function<bool()>;
  struct Duty {
    std::string name;        // for the log
    int rest_per_work = 49;  // of the time, 1 / (rest_per_work + 1) is worked
    // Does a piece of work; false when there was none. Should return soon once `stopping` says true.
    std::function<bool(const Stopping& stopping)> work;
    std::function<void()> while_resting = [] {};  // called every tick of rest
  };

  explicit IdleWorker(Duty duty);
  ~IdleWorker();
  IdleWorker(const IdleWorker&) = delete;
  IdleWorker& operator=(const IdleWorker&) = delete;

 private:
  void Run();
  // False when told to stop.
  bool Rest();

  const Duty duty_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace usher

#endif  // USHER_SERVER_IDLE_WORKER_H_
