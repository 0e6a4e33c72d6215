// Finds credentials in text: documented formats with their checks, private keys, passwords in URLs and commands, and
// values that a name such as password announces.
//
// Guarantees: spans lie inside the text, ascend and do not overlap; where proposals overlap, a documented format beats
// a place, a place beats a name, a name beats looks. Time linear in the text, whatever it holds; a text without any
// trigger costs about a nanosecond a byte or less. Pass valid UTF-8: other bytes are harmless but may hide a secret.
// Non-guarantees: a finding says how a value looks, not that it opens anything; a secret without a documented format, a
// telling name or a telling place is not found. Thread-safety: immutable after construction, which compiles every
// format: make one and share it.
#ifndef USHER_SERVER_SANITIZE_SECRETS_SECRET_DETECTOR_H_
#define USHER_SERVER_SANITIZE_SECRETS_SECRET_DETECTOR_H_

#include <memory>
#include <string_view>
#include <vector>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize {

struct Secret {
  Span span;              // UTF-8 bytes of the secret alone, without its name, quotes or scheme
  std::string_view type;  // stable id of static storage, e.g. "aws_access_key_id"
  bool certain = false;   // a documented shape with its checks, or a place where nothing else stands
};

class SecretDetector {
 public:
  SecretDetector();
  ~SecretDetector();
  SecretDetector(const SecretDetector&) = delete;
  SecretDetector& operator=(const SecretDetector&) = delete;

  std::vector<Secret> Find(std::string_view text) const;

 private:
  class Formats;
  class Scan;

  std::unique_ptr<const Formats> formats_;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_SECRET_DETECTOR_H_
