// A place in a listing, and the token that leads to the next one.
//
// Tokens are bound to tenant, caller, method and what is listed, so that one taken from elsewhere is refused.
// Thread-safety: values.
#ifndef USHER_SERVER_RPC_PAGER_H_
#define USHER_SERVER_RPC_PAGER_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "server/auth/caller.h"
#include "server/auth/token.h"
#include "server/rpc/convert.h"
#include "server/status_detail.h"

namespace usher::rpc {

class Pager {
 public:
  // `of`: what is listed, where the method alone does not say. INVALID_ARGUMENT at "page_size" or "page_token".
  static absl::StatusOr<Pager> Open(const auth::TokenMint* tokens, const auth::Caller& caller, std::string_view method,
                                    std::string_view of, int32_t page_size, const std::string& page_token) {
    absl::StatusOr<size_t> size = PageSize(page_size);
    if (!size.ok()) return size.status();
    Pager pager;
    pager.tokens_ = tokens;
    pager.size_ = *size;
    pager.scope_ =
        absl::StrCat(caller.tenant(), "\n", caller.actor(), "\n", acl::ToAbsl(method), "\n", acl::ToAbsl(of));
    absl::StatusOr<std::string> after = tokens->ParsePageToken(pager.scope_, page_token);
    if (!after.ok()) return AtField(after.status(), "page_token");
    pager.after_ = *std::move(after);
    return pager;
  }

  // Where the page begins (exclusive), and how many to ask for: one more than are shown tells whether there is a next
  // page.
  const std::string& after() const { return after_; }
  size_t limit() const { return size_ + 1; }

  // Shows the page's items, and returns the token of the next page, empty when there is none.
  template <typename Items, typename Show, typename Position>
  std::string ShowPage(const Items& items, Show show, Position position) const {
    const size_t count = std::min(items.size(), size_);
    for (size_t i = 0; i < count; ++i) show(items[i]);
    return items.size() > size_ ? tokens_->PageToken(scope_, position(items[count - 1])) : std::string();
  }

 private:
  Pager() = default;

  const auth::TokenMint* tokens_ = nullptr;
  size_t size_ = 0;
  std::string scope_;
  std::string after_;
};

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_PAGER_H_
