// A lock that many readers share and that lets a waiting writer in before newer readers.
//
// std::shared_mutex lets readers pass a waiting writer on this platform, so that a revocation could wait for as long as
// questions keep coming; absl::Mutex is fair, but the thread sanitizer cannot see into the packaged build of it. Meets
// SharedMutex: use it with std::unique_lock and std::shared_lock. Non-guarantee: a thread that holds it shared must not
// take it again, or it may wait for a writer that waits for it.
#ifndef USHER_ACL_WRITER_FIRST_MUTEX_H_
#define USHER_ACL_WRITER_FIRST_MUTEX_H_

#include <pthread.h>

#include <cstdlib>

namespace usher::acl {

class WriterFirstMutex {
 public:
  WriterFirstMutex() {
    pthread_rwlockattr_t attributes;
    Require(pthread_rwlockattr_init(&attributes));
    Require(pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP));
    Require(pthread_rwlock_init(&lock_, &attributes));
    pthread_rwlockattr_destroy(&attributes);
  }
  ~WriterFirstMutex() { pthread_rwlock_destroy(&lock_); }
  WriterFirstMutex(const WriterFirstMutex&) = delete;
  WriterFirstMutex& operator=(const WriterFirstMutex&) = delete;

  // The names are those of the standard's SharedMutex.
  void lock() { Require(pthread_rwlock_wrlock(&lock_)); }
  bool try_lock() { return pthread_rwlock_trywrlock(&lock_) == 0; }
  void unlock() { Require(pthread_rwlock_unlock(&lock_)); }
  void lock_shared() { Require(pthread_rwlock_rdlock(&lock_)); }
  bool try_lock_shared() { return pthread_rwlock_tryrdlock(&lock_) == 0; }
  void unlock_shared() { Require(pthread_rwlock_unlock(&lock_)); }

 private:
  // A lock that cannot be taken must not be passed.
  static void Require(int error) {
    if (error != 0) std::abort();
  }

  pthread_rwlock_t lock_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_WRITER_FIRST_MUTEX_H_
