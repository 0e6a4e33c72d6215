#include "server/sanitize/host_list.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "index/chunking/ascii.h"

namespace usher::sanitize {
namespace {

std::string Plain(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  return chunking::LowerAscii(host);
}

// Letters, digits and hyphens between single dots, as the domain name system has them.
bool IsHost(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  for (size_t at = 0; at <= host.size();) {
    const size_t dot = std::min(host.find('.', at), host.size());
    const std::string_view label = host.substr(at, dot - at);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    const bool plain = std::all_of(label.begin(), label.end(), [](char c) {
      return chunking::IsLetterAscii(c) || chunking::IsDigitAscii(c) || c == '-' || c == '_';
    });
    if (!plain) return false;
    at = dot + 1;
  }
  return true;
}

}  // namespace

absl::StatusOr<HostList> HostList::Of(const std::vector<std::string>& entries) {
  HostList list;
  for (const std::string& entry : entries) {
    const std::string plain = Plain(entry);
    const bool wild = plain.substr(0, 2) == "*.";
    // A wildcard for a whole top-level domain is a typing error, not trust.
    const std::string_view host = std::string_view(plain).substr(wild ? 2 : 0);
    if (!IsHost(host) || (wild && host.find('.') == std::string_view::npos)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "'", entry, "' is no host: write a name such as docs.example.com or *.example.org, without scheme or port"));
    }
    list.entries_.insert(plain);
  }
  return list;
}

bool HostList::Holds(std::string_view host) const {
  const std::string plain = Plain(host);
  if (plain.empty()) return false;
  if (entries_.count(plain) > 0) return true;
  for (size_t dot = plain.find('.'); dot != std::string::npos; dot = plain.find('.', dot + 1)) {
    if (dot > 0 && entries_.count("*" + plain.substr(dot)) > 0) return true;
  }
  return false;
}

}  // namespace usher::sanitize
