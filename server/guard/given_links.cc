#include "server/guard/given_links.h"

#include <re2/re2.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "server/guard/written_links.h"

namespace usher::guard {
namespace {

constexpr size_t kMaxFragmentBytes = 64;
constexpr int kMostFolders = 16;

}  // namespace

void GivenLinks::AddText(std::string_view text) {
  for (const WrittenLink& link : FindLinks(text)) Add(link.address);
  // "docs.example.org/guide" in a document becomes "https://docs.example.org/guide" in an answer.
  static const RE2 kWithoutScheme(R"(((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?:/[A-Za-z0-9._~/%-]{0,200})?))");
  re2::StringPiece rest(text.data(), text.size());
  re2::StringPiece found;
  while (RE2::FindAndConsume(&rest, kWithoutScheme, &found)) {
    std::string_view name(found.data(), found.size());
    name = name.substr(0, name.find_last_not_of(".-") + 1);
    AddUrl(absl::StrCat("https://", std::string(name)));
  }
}

bool GivenLinks::AddUrl(std::string_view url) {
  const std::optional<Address> address = ParseAddress(url);
  if (!address || address->host.empty()) return false;
  Add(*address);
  return true;
}

void GivenLinks::Add(const Address& address) {
  if (address.host.empty()) return;
  hosts_.insert(address.host);
  targets_.insert(address.Target());
  if (!address.fragment.empty()) fragments_.insert(absl::StrCat(address.Target(), "#", address.fragment));
  targets_.insert(address.host + "/");
  int folders = 0;
  for (size_t slash = address.path.find('/', 1); slash != std::string::npos && ++folders <= kMostFolders;
       slash = address.path.find('/', slash + 1)) {
    targets_.insert(address.host + address.path.substr(0, slash));
  }
  if (!address.query.empty()) targets_.insert(address.host + address.path);
}

GivenLinks::Verdict GivenLinks::Judge(const Address& address) const {
  if (!hosts_.contains(address.host)) return Verdict::kOtherHost;
  if (!targets_.contains(address.Target())) return Verdict::kOtherAddress;
  const bool fits = address.fragment.size() <= kMaxFragmentBytes ||
                    fragments_.contains(absl::StrCat(address.Target(), "#", address.fragment));
  return fits ? Verdict::kGiven : Verdict::kOtherAddress;
}

}  // namespace usher::guard
