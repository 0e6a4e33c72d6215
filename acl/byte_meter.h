// Knows how many bytes the objects that were made through it still hold, wherever they are by now.
//
// Thread-safety: all functions may be called concurrently; an object may outlive the meter.
#ifndef USHER_ACL_BYTE_METER_H_
#define USHER_ACL_BYTE_METER_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace usher::acl {

class ByteMeter {
 public:
  // Counts `bytes` until the last reference to the value is gone.
  template <typename T>
  std::shared_ptr<const T> Make(T value, size_t bytes) const {
    *held_ += bytes;
    return {new T(std::move(value)), [held = held_, bytes](const T* object) {
              delete object;
              *held -= bytes;
            }};
  }

  size_t held() const { return *held_; }

 private:
  std::shared_ptr<std::atomic<size_t>> held_ = std::make_shared<std::atomic<size_t>>(0);
};

}  // namespace usher::acl

#endif  // USHER_ACL_BYTE_METER_H_
