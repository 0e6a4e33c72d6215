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
#include "server/rpc/handler.h"
#include "server/status_detail.h"

namespace usher::rpc {

// What page_size may be, and what 0 means.
struct PageSizes {
  int usual = 100;
  int max = 1'000;
};

class Pager {
 public:
  // `of`: what is listed, where the method alone does not say. INVALID_ARGUMENT at "page_size" or "page_token".
  static absl::StatusOr<Pager> Open(const Call& call, std::string_view of, int32_t page_size,
                                    const std::string& page_token, const PageSizes& sizes = {}) {
    if (page_size < 0 || page_size > sizes.max) {
      return AtField(absl::InvalidArgumentError(absl::StrCat("must be 0 to ", sizes.max)), "page_size");
    }
    const auth::Caller& caller = call.caller();
    Pager pager;
    pager.tokens_ = call.backend.tokens;
    pager.size_ = static_cast<size_t>(page_size == 0 ? sizes.usual : page_size);
    pager.scope_ =
        absl::StrCat(caller.tenant(), "\n", caller.actor(), "\n", acl::ToAbsl(call.method), "\n", acl::ToAbsl(of));
    absl::StatusOr<std::string> after = pager.tokens_->ParsePageToken(pager.scope_, page_token);
    if (!after.ok()) return AtField(after.status(), "page_token");
    pager.after_ = *std::move(after);
    return pager;
  }

  // Where the page begins (exclusive), and how many to ask for: one more than are shown tells whether there is a next
  // page.
  const std::string& after() const { return after_; }
  size_t limit() const { return size_ + 1; }
  size_t size() const { return size_; }

  // The token of the page that begins after `position`; empty for an empty one.
  std::string TokenFor(std::string_view position) const {
    return position.empty() ? std::string() : tokens_->PageToken(scope_, position);
  }

  // Shows the page's items, and returns the token of the next page, empty when there is none.
  template <typename Items, typename Show, typename Position>
  std::string ShowPage(const Items& items, Show show, Position position) const {
    const size_t count = std::min(items.size(), size_);
    for (size_t i = 0; i < count; ++i) show(items[i]);
    return items.size() > size_ ? TokenFor(position(items[count - 1])) : std::string();
  }

  // The same for a listing of which the caller may see a part. `fetch(after, limit)` and `keep(item)` give StatusOr.
  // Looks at a bounded number of items, so that a page may be short, even empty, and still have a next one.
  template <typename Fetch, typename Keep, typename Show, typename Position>
  absl::StatusOr<std::string> ShowKept(Fetch fetch, Keep keep, Show show, Position position) const {
    size_t shown = 0;
    std::string place = after_;
    // Who may see everything gets a page with one fetch.
    for (size_t step = limit(), looked_at = 0; looked_at < kMaxLookedAt; looked_at += step, step = kStep) {
      const auto items = fetch(place, step);
      if (!items.ok()) return items.status();
      for (const auto& item : *items) {
        const absl::StatusOr<bool> kept = keep(item);
        if (!kept.ok()) return kept.status();
        if (*kept && shown == size_) return TokenFor(place);
        if (*kept) show(item);
        shown += *kept ? 1 : 0;
        place = position(item);
      }
      if (items->size() < step) return std::string();
    }
    return TokenFor(place);
  }

 private:
  static constexpr size_t kStep = 500;
  static constexpr size_t kMaxLookedAt = 5'000;

  Pager() = default;

  const auth::TokenMint* tokens_ = nullptr;
  size_t size_ = 0;
  std::string scope_;
  std::string after_;
};

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_PAGER_H_
