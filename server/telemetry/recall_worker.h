// The thread that repeats sampled searches exactly, when nobody else wants the processor.
//
// Guarantees: runs at the lowest ordinary priority; of the time of one processor it takes at most a fiftieth in the
// long run, however many samples there are. Thread-safety: made and destroyed once; stops its thread when destroyed.
#ifndef USHER_SERVER_TELEMETRY_RECALL_WORKER_H_
#define USHER_SERVER_TELEMETRY_RECALL_WORKER_H_

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "server/telemetry/recall_sampler.h"

namespace usher::telemetry {

class RecallWorker {
 public:
  // `sampler` must outlive the worker.
  explicit RecallWorker(RecallSampler* sampler);
  ~RecallWorker();
  RecallWorker(const RecallWorker&) = delete;
  RecallWorker& operator=(const RecallWorker&) = delete;

 private:
  void Run();
  // False when told to stop.
  bool Rest();

  RecallSampler* const sampler_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace usher::telemetry

#endif  // USHER_SERVER_TELEMETRY_RECALL_WORKER_H_
