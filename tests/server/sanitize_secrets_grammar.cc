#include "tests/server/sanitize_secrets_grammar.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cctype>
#include <string_view>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace usher::sanitize {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// Reads a pattern and writes a member in one go. Knows what the table uses: literals, sets, groups, alternatives,
// counts.
class Writer {
 public:
  Writer(std::string_view pattern, std::mt19937& random, Size size) : pattern_(pattern), random_(random), size_(size) {}

  Member Write() {
    if (pattern_.substr(0, 4) == "(?i)") at_ = 4;
    Alternatives(true);
    if (!captured_) member_.secret = {0, member_.text.size()};
    return member_;
  }

 private:
  struct Count {
    size_t least = 1;
    size_t most = 1;
  };

  char Peek() const { return at_ < pattern_.size() ? pattern_[at_] : '\0'; }

  // Offset after the atom that starts at `at`.
  size_t EndOfAtom(size_t at) const {
    if (pattern_[at] == '\\') return at + 2;
    const char open = pattern_[at];
    if (open != '(' && open != '[') return at + 1;
    int depth = 0;
    for (; at < pattern_.size(); ++at) {
      if (pattern_[at] == '\\') {
        ++at;
      } else if (pattern_[at] == '[' && open == '(') {
        at = EndOfAtom(at) - 1;
      } else if (pattern_[at] == open && open == '(') {
        ++depth;
      } else if (pattern_[at] == (open == '(' ? ')' : ']') && --depth <= 0) {
        return at + 1;
      }
    }
    return at;
  }

  // Writes one of the alternatives up to the closing bracket, or reads past them all.
  void Alternatives(bool write) {
    std::vector<size_t> starts = {at_};
    size_t end = at_;
    while (end < pattern_.size() && pattern_[end] != ')') {
      if (pattern_[end] == '|') starts.push_back(end + 1);
      end = EndOfAtom(end);
    }
    if (write) {
      at_ = starts[size_ == Size::kShortest ? 0 : random_() % starts.size()];
      while (at_ < end && Peek() != '|') Repeated();
    }
    at_ = end;
  }

  void Repeated() {
    const size_t atom = at_;
    at_ = EndOfAtom(atom);
    const Count count = ReadCount();
    const size_t after = at_;
    const size_t times = Times(count);
    for (size_t i = 0; i < times; ++i) {
      at_ = atom;
      Atom();
    }
    at_ = after;
  }

  Count ReadCount() {
    Count count;
    const char c = Peek();
    if (c == '?' || c == '*') count.least = 0;
    if (c == '*' || c == '+') count.most = 1000;
    if (c == '{') {
      const size_t end = pattern_.find('}', at_);
      const std::string inside(pattern_.substr(at_ + 1, end - at_ - 1));
      count.least = std::stoul(inside);
      const size_t comma = inside.find(',');
      count.most = comma == std::string::npos   ? count.least
                   : comma + 1 == inside.size() ? 1000
                                                : std::stoul(inside.substr(comma + 1));
      at_ = end + 1;
    } else if (c == '?' || c == '*' || c == '+') {
      ++at_;
    }
    if (Peek() == '?') ++at_;  // lazy
    return count;
  }

  size_t Times(Count count) {
    if (size_ == Size::kShortest || count.least == count.most) return count.least;
    if (count.least == 0 && count.most > 1) return 0;
    const size_t least = count.most - count.least > 50 ? std::max<size_t>(count.least, 12) : count.least;
    return least + random_() % (std::min(count.most, least + 8) - least + 1);
  }

  void Atom() {
    const char c = pattern_[at_];
    if (c == '(') {
      const bool capture = pattern_.substr(at_, 3) != "(?:";
      at_ += capture ? 1 : 3;
      const size_t begin = member_.text.size();
      Alternatives(true);
      if (capture) member_.secret = {begin, member_.text.size()};
      captured_ |= capture;
    } else if (c == '[') {
      const size_t end = EndOfAtom(at_);
      Set(pattern_.substr(at_ + 1, end - at_ - 2));
    } else if (c == '\\') {
      member_.text.push_back(pattern_[at_ + 1] == 's' ? ' ' : pattern_[at_ + 1]);
    } else {
      member_.text.push_back(c);
    }
  }

  void Set(std::string_view inside) {
    const bool negated = inside.front() == '^';
    if (negated) inside.remove_prefix(1);
    std::bitset<128> in;
    for (size_t i = 0; i < inside.size(); ++i) {
      char c = inside[i];
      if (c == '\\') {
        c = inside[++i];
        if (c == 'n') continue;
        if (c == 's' || c == 't') c = ' ';
      }
      const bool range = i + 2 < inside.size() && inside[i + 1] == '-';
      for (int each = c; each <= (range ? inside[i + 2] : c); ++each) in.set(static_cast<size_t>(each));
      if (range) i += 2;
    }
    std::string choices;
    for (char c = ' ' + 1; c < 0x7F; ++c) {
      if (negated ? !in[static_cast<size_t>(c)] && std::isalnum(c) != 0 : in[static_cast<size_t>(c)])
        choices.push_back(c);
    }
    if (in[' '] && !negated) choices = " ";
    if (choices.size() >= 10) member_.last_drawn = member_.text.size();
    member_.text.push_back(choices[random_() % choices.size()]);
  }

  std::string_view pattern_;
  std::mt19937& random_;
  Size size_;
  size_t at_ = 0;
  bool captured_ = false;
  Member member_;
};

std::string Base64(const std::string& text) {
  std::string encoded;
  absl::WebSafeBase64Escape(text, &encoded);
  return encoded;
}

void Replace(Member& member, const std::string& secret) {
  member.text.replace(member.secret.begin, member.secret.size(), secret);
  member.secret.end = member.secret.begin + secret.size();
}

std::string WithCrc(const std::string& token) {
  const size_t begin = token.find('_') + 1;
  uint32_t crc = 0xFFFFFFFF;
  for (size_t i = begin; i + 6 < token.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      const uint32_t differs = (crc ^ static_cast<uint32_t>(token[i]) >> bit) & 1;
      crc = (crc >> 1) ^ (differs != 0 ? 0xEDB88320 : 0);
    }
  }
  crc = ~crc;
  std::string digits;
  for (int i = 0; i < 6; ++i, crc /= 62) {
    const uint32_t digit = crc % 62;
    digits.insert(digits.begin(), static_cast<char>(digit < 10   ? '0' + digit
                                                    : digit < 36 ? 'A' + digit - 10
                                                                 : 'a' + digit - 36));
  }
  return token.substr(0, token.size() - 6) + digits;
}

// BIP 173's reference: the checksum makes the polynomial of prefix, data and checksum one.
uint32_t Polymod(const std::vector<uint32_t>& values) {
  constexpr std::array<uint32_t, 5> kGenerator = {0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3};
  uint32_t sum = 1;
  for (const uint32_t value : values) {
    const uint32_t top = sum >> 25;
    sum = ((sum & 0x1FFFFFF) << 5) ^ value;
    for (size_t i = 0; i < 5; ++i) sum ^= ((top >> i) & 1) != 0 ? kGenerator[i] : 0;
  }
  return sum;
}

std::string WithBech32(const std::string& token) {
  constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  std::string lower = token;
  for (char& c : lower) c = static_cast<char>(std::tolower(c));
  const size_t one = lower.rfind('1');
  std::vector<uint32_t> values;
  for (size_t i = 0; i < one; ++i) values.push_back(static_cast<uint32_t>(lower[i]) >> 5);
  values.push_back(0);
  for (size_t i = 0; i < one; ++i) values.push_back(static_cast<uint32_t>(lower[i]) & 31);
  for (size_t i = one + 1; i + 6 < lower.size(); ++i) values.push_back(static_cast<uint32_t>(kAlphabet.find(lower[i])));
  values.insert(values.end(), 6, 0);
  const uint32_t sum = Polymod(values) ^ 1;
  for (size_t i = 0; i < 6; ++i) lower[lower.size() - 6 + i] = kAlphabet[(sum >> (5 * (5 - i))) & 31];
  for (char& c : lower) c = static_cast<char>(std::toupper(c));
  return lower;
}

}  // namespace

std::string DrawFrom(std::string_view alphabet, size_t size, std::mt19937& random) {
  std::string drawn;
  while (drawn.size() < size) drawn.push_back(alphabet[random() % alphabet.size()]);
  return drawn;
}

Member DrawMember(const SecretFormat& format, std::mt19937& random, Size size) {
  return Writer(format.pattern, random, size).Write();
}

void Complete(const SecretFormat& format, std::mt19937& random, Member& member) {
  const std::string secret = member.text.substr(member.secret.begin, member.secret.size());
  switch (format.check) {
    case Check::kCrc32Base62:
      return Replace(member, WithCrc(secret));
    case Check::kBech32:
      return Replace(member, WithBech32(secret));
    case Check::kJwt:
      return Replace(member, Base64(R"({"alg":"HS256","typ":"JWT"})") + "." +
                                 Base64(R"({"sub":")" + DrawFrom(kLetters, 8, random) + "\"}") + "." +
                                 DrawFrom(kLetters, 43, random));
    case Check::kBasicAuth:
      return Replace(member, Base64("deploy:" + DrawFrom(kLetters, 14, random)));
    case Check::kBase64Digits:
      return Replace(member, Base64(DrawFrom("123456789", 18, random)) + secret.substr(secret.find('.')));
    case Check::kBase64Json:
      return Replace(member, secret.substr(0, secret.find('_') + 1) +
                                 Base64(R"({"key":")" + DrawFrom(kLetters, 120, random) + "\"}"));
    default:
      return;
  }
}

}  // namespace usher::sanitize
