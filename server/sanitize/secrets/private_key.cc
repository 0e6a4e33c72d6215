#include "server/sanitize/secrets/private_key.h"

#include <algorithm>
#include <string>

#include "index/chunking/ascii.h"

namespace usher::sanitize {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kSsh2Begin = "---- BEGIN ";
constexpr std::string_view kPuttyBegin = "PuTTY-User-Key-File-";
constexpr size_t kMostLabelBytes = 64;
constexpr size_t kLeastKeyBytes = 48;  // base64 digits; an Ed25519 key in PKCS#8 has 64

bool IsKeyByte(char c) {
  return chunking::IsDigitAscii(c) || chunking::IsLetterAscii(c) || c == '+' || c == '/' || c == '=';
}

// Base64 digits in `body`, not counting the letters of an escaped line end.
size_t KeyBytes(std::string_view body) {
  size_t count = 0;
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\') {
      ++i;
    } else {
      count += IsKeyByte(body[i]) ? 1 : 0;
    }
  }
  return count;
}

// Where a body without an end stops looking like a key.
size_t EndOfBody(std::string_view text, size_t from) {
  size_t end = from;
  size_t i = from;
  while (i < text.size()) {
    const size_t line = i;
    while (i < text.size() && IsKeyByte(text[i])) ++i;
    if (i - line >= 16) end = i;
    if (i < text.size() && i - line < 16 && i != line) break;
    if (text.substr(i, 2) == "\\n" || text.substr(i, 2) == "\\r") {
      i += 2;
    } else if (i < text.size() && chunking::IsSpaceAscii(text[i]) && i - end < 16) {
      ++i;
    } else {
      break;
    }
  }
  return end;
}

std::string_view TypeOf(std::string_view text, size_t begin, std::string_view label) {
  if (label.find("PGP") != std::string_view::npos) return "pgp_private_key";
  if (label.find("OPENSSH") != std::string_view::npos || label.find("SSH2") != std::string_view::npos) {
    return "ssh_private_key";
  }
  const std::string_view before = text.substr(begin - std::min<size_t>(begin, 1000), std::min<size_t>(begin, 1000));
  return before.find("service_account") != std::string_view::npos ? "gcp_service_account_key" : "private_key";
}

}  // namespace

std::vector<std::string_view> PrivateKeyStarts() { return {kBegin, kSsh2Begin, kPuttyBegin}; }

size_t PrivateKeyFinder::NextMark(Mark& mark, size_t from) {
  if (mark.next == std::string_view::npos || mark.next >= from) return mark.next;
  mark.next = text_.find(mark.text, from);
  return mark.next;
}

size_t PrivateKeyFinder::EndOfBlock(Mark& mark, std::string_view end_line, size_t from) {
  const size_t end = NextMark(mark, from);
  if (end == std::string_view::npos || text_.substr(end, end_line.size()) != end_line) return std::string_view::npos;
  return end + end_line.size();
}

void PrivateKeyFinder::FindAt(size_t offset, std::vector<Candidate>& found) {
  if (offset < after_) return;
  const std::string_view here = text_.substr(offset);
  if (here.starts_with(kPuttyBegin)) {
    const size_t mac = NextMark(putty_end_, offset);
    if (mac == std::string_view::npos) return;
    after_ = text_.find_first_not_of("0123456789abcdef", mac + putty_end_.text.size());
    after_ = std::min(after_, text_.size());
    found.push_back({{offset, after_}, "putty_private_key", Rank::kDocumented, true});
    return;
  }
  const bool ssh2 = here.starts_with(kSsh2Begin);
  const std::string_view dashes = ssh2 ? " ----" : "-----";
  const size_t label_begin = (ssh2 ? kSsh2Begin : kBegin).size();
  const size_t label_end = here.substr(0, label_begin + kMostLabelBytes).find(dashes, label_begin);
  if (label_end == std::string_view::npos) return;
  const std::string_view label = here.substr(label_begin, label_end - label_begin);
  if (label.find("PRIVATE KEY") == std::string_view::npos) return;
  const size_t body = offset + label_end + dashes.size();
  const std::string end_line = std::string(ssh2 ? "---- END " : "-----END ") + std::string(label) + std::string(dashes);
  const size_t end = EndOfBlock(ssh2 ? ssh2_end_ : pem_end_, end_line, body);
  const bool whole = end != std::string_view::npos;
  after_ = whole ? end : EndOfBody(text_, body);
  const size_t body_end = whole ? end - end_line.size() : after_;
  if (KeyBytes(text_.substr(body, body_end - body)) < kLeastKeyBytes) return;
  found.push_back({{offset, after_}, TypeOf(text_, offset, label), Rank::kDocumented, whole});
}

}  // namespace usher::sanitize
