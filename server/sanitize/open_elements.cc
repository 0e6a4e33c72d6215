#include "server/sanitize/open_elements.h"

#include <algorithm>

#include "index/chunking/html_tokenizer.h"

namespace usher::sanitize {
namespace {

constexpr std::string_view kVoid =
    " area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr ";
constexpr std::string_view kFormatting = " a b big code em font i nobr s small strike strong tt u ";
constexpr std::string_view kScope = " applet caption html table td th marquee object template ";
constexpr std::string_view kTableScope = " html table template ";
constexpr std::string_view kListScope = " ol ul menu applet caption html table td th marquee object template ";
constexpr std::string_view kPScope = " button applet caption html table td th marquee object template ";
constexpr std::string_view kMoreSpecial =
    " applet button colgroup head iframe marquee noembed noframes noscript object script select style template title ";
constexpr std::string_view kInlineBlocks =
    " option optgroup legend caption label td th tr tbody thead tfoot body html br ";

// `list` has a space around each name.
bool In(std::string_view list, std::string_view name) {
  for (size_t at = list.find(name); at != std::string_view::npos; at = list.find(name, at + 1)) {
    if (at > 0 && list[at - 1] == ' ' && list[at + name.size()] == ' ') return !name.empty();
  }
  return false;
}

bool IsSpecial(std::string_view name) { return chunking::IsBlockElement(name) || In(kMoreSpecial, name); }

}  // namespace

bool OpenElements::IsVoid(std::string_view name) { return In(kVoid, name); }

void OpenElements::PopTo(size_t index, bool explicitly) {
  while (stack_.size() > index) {
    const Element& top = stack_.back();
    if (top.hides) {
      --hiding_;
      const bool named = explicitly && stack_.size() == index + 1;
      if (!named && In(kFormatting, top.name)) {
        if (sticky_.size() < kMaxDepth) {
          sticky_.push_back(top.name);
        } else {
          overflowed_ = true;
        }
      }
    }
    stack_.pop_back();
  }
}

void OpenElements::CloseInScope(std::string_view names, std::string_view barriers) {
  for (size_t i = stack_.size(); i-- > 0;) {
    if (In(names, stack_[i].name)) return PopTo(i, false);
    if (In(barriers, stack_[i].name)) return;
  }
}

void OpenElements::CloseImpliedBy(std::string_view name) {
  if (chunking::IsBlockElement(name) && !In(kInlineBlocks, name)) CloseInScope(" p ", kPScope);
  if (name == "li") CloseInScope(" li ", kListScope);
  if (name == "dd" || name == "dt") CloseInScope(" dd dt ", kScope);
  if (name == "option" || name == "optgroup") CloseInScope(" option ", " select datalist optgroup html ");
  if (name == "optgroup") CloseInScope(" optgroup ", " select html ");
  if (name == "td" || name == "th") CloseInScope(" td th caption ", kTableScope);
  if (name == "tr") CloseInScope(" tr caption ", kTableScope);
  if (name == "tbody" || name == "thead" || name == "tfoot") CloseInScope(" tbody thead tfoot caption ", kTableScope);
  if (name == "body") CloseInScope(" head ", " html ");
}

void OpenElements::Open(std::string_view name, bool hides) {
  if (IsVoid(name)) return;
  if (stack_.size() >= kMaxDepth) {
    overflowed_ = overflowed_ || hides;
    return;
  }
  stack_.push_back({std::string(name), hides});
  if (hides) ++hiding_;
}

void OpenElements::Close(std::string_view name) {
  const auto sticky = std::find(sticky_.begin(), sticky_.end(), name);
  if (sticky != sticky_.end()) sticky_.erase(sticky);
  const bool formatting = In(kFormatting, name);
  const bool special = IsSpecial(name);
  for (size_t i = stack_.size(); i-- > 0;) {
    const std::string& open = stack_[i].name;
    if (open == name) return PopTo(i, true);
    if ((special || formatting) ? In(kScope, open) && !In(" tr tbody thead tfoot table ", name) : IsSpecial(open))
      return;
    if (open == "table" && name != "table" && special) return;
  }
}

}  // namespace usher::sanitize
