// Which HTML elements are open, and whether one of them hides its content.
//
// Follows the HTML standard's closing rules (implied end tags, scopes, ignored end tags) as far as they decide where a
// hidden element ends. Where a browser would build a more complicated tree, text stays hidden: failing closed.
// Thread-safety: none. Memory is bounded by kMaxDepth; time per tag by it as well.
#ifndef USHER_SERVER_SANITIZE_OPEN_ELEMENTS_H_
#define USHER_SERVER_SANITIZE_OPEN_ELEMENTS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace usher::sanitize {

class OpenElements {
 public:
  // Past this depth elements are not tracked, and one that hides its content hides the rest of the document.
  static constexpr size_t kMaxDepth = 256;

  // Elements that the tag `name` closes before it opens.
  void CloseImpliedBy(std::string_view name);
  // Opens `name`, unless it is void.
  void Open(std::string_view name, bool hides);
  // An end tag.
  void Close(std::string_view name);

  bool hidden() const { return hiding_ > 0 || !sticky_.empty() || overflowed_; }

  static bool IsVoid(std::string_view name);

 private:
  struct Element {
    std::string name;
    bool hides;
  };
  // Pops everything above and including `index`.
  void PopTo(size_t index, bool explicitly);
  // Closes the innermost of `names` unless one of `barriers` is met first.
  void CloseInScope(std::string_view names, std::string_view barriers);

  std::vector<Element> stack_;
  size_t hiding_ = 0;
  // Hiding formatting elements that were closed by implication: a browser opens them again in what follows.
  std::vector<std::string> sticky_;
  bool overflowed_ = false;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_OPEN_ELEMENTS_H_
