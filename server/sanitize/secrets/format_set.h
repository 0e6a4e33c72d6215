// The documented formats, compiled: which literals announce them, and whether one matches where its literal stands.
//
// Thread-safety: immutable after construction.
#ifndef USHER_SERVER_SANITIZE_SECRETS_FORMAT_SET_H_
#define USHER_SERVER_SANITIZE_SECRETS_FORMAT_SET_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "server/sanitize/secrets/candidate.h"
#include "server/sanitize/secrets/secret_formats.h"

namespace re2 {
class RE2;
}

namespace usher::sanitize {

class FormatSet {
 public:
  // A literal that announces a format.
  struct Anchor {
    std::string_view text;
    bool any_case;
    size_t format;
  };

  FormatSet();
  ~FormatSet();

  const std::vector<Anchor>& anchors() const { return anchors_; }

  // The secret of the format that `anchor` announces, where that literal stands at `offset`.
  std::optional<Candidate> MatchAt(std::string_view text, const Anchor& anchor, size_t offset) const;

  // The secret of a format without anchors that starts at `offset`.
  std::optional<Candidate> MatchUnanchored(std::string_view text, size_t offset) const;

  // The type of a value whose name, as KeyName::joined, names a service; empty when there is none.
  std::string_view TypeOfNamed(std::string_view joined_name, std::string_view value) const;

 private:
  struct Compiled {
    const SecretFormat* format;
    std::unique_ptr<const re2::RE2> pattern;
    Rank rank;
  };

  void Add(const SecretFormat& format, Rank rank);
  std::optional<Candidate> Match(std::string_view text, const Compiled& compiled, size_t begin, size_t body) const;

  std::vector<Compiled> formats_;
  std::vector<Anchor> anchors_;
  std::vector<size_t> unanchored_;
  std::vector<std::unique_ptr<const re2::RE2>> named_;  // in the order of KeyedFormats()
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_FORMAT_SET_H_
