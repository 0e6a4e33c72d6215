#include "server/cli/filter_text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace usher::cli {
namespace {

using nlohmann::json;

// Deeper than the server takes, and no danger to the stack.
constexpr int kMaxDepth = 32;

enum class TokenKind { kWord, kQuoted, kSymbol, kEnd };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  size_t at = 0;  // in the filter, from 1
};

absl::Status Wrong(size_t at, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("the filter, at character ", at, ": ", what));
}

bool IsWordByte(char c) {
  constexpr std::string_view kAlso = "_.:/@+-";
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0 ||
         kAlso.find(c) != std::string_view::npos;
}

// `begin` is at the opening quote; sets it behind the closing one.
absl::StatusOr<std::string> ReadQuoted(const std::string& text, size_t& begin) {
  const char quote = text[begin];
  std::string content;
  for (size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      begin = i + 1;
      return content;
    }
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    content.push_back(text[i]);
  }
  return Wrong(begin + 1, "the quote is never closed");
}

absl::StatusOr<std::vector<Token>> Split(const std::string& text) {
  constexpr std::array<std::string_view, 8> kSymbols = {"!=", "<=", ">=", "=", "<", ">", "(", ")"};
  std::vector<Token> tokens;
  for (size_t i = 0; i < text.size();) {
    const size_t at = i + 1;
    if (absl::ascii_isspace(static_cast<unsigned char>(text[i]))) {
      ++i;
    } else if (text[i] == '"' || text[i] == '\'') {
      auto quoted = ReadQuoted(text, i);
      if (!quoted.ok()) return quoted.status();
      tokens.push_back({TokenKind::kQuoted, *std::move(quoted), at});
    } else if (IsWordByte(text[i])) {
      const size_t begin = i;
      while (i < text.size() && IsWordByte(text[i])) ++i;
      tokens.push_back({TokenKind::kWord, text.substr(begin, i - begin), at});
    } else {
      const auto symbol = std::find_if(kSymbols.begin(), kSymbols.end(),
                                       [&](std::string_view s) { return text.compare(i, s.size(), s) == 0; });
      const std::string found(symbol != kSymbols.end() ? *symbol : std::string_view(text).substr(i, 1));
      if (symbol == kSymbols.end() && found != ",") {
        return Wrong(at, absl::StrCat("`", found, "` means nothing here; put text that holds it in quotes"));
      }
      tokens.push_back({TokenKind::kSymbol, found, at});
      i += found.size();
    }
  }
  tokens.push_back({TokenKind::kEnd, "the end", text.size() + 1});
  return tokens;
}

// Reads tokens from the left; each method takes what it is named after.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  absl::StatusOr<json> Whole() {
    auto filter = Any(0);
    if (filter.ok() && Next().kind != TokenKind::kEnd) return Expected("`and`, `or` or the end");
    return filter;
  }

 private:
  absl::StatusOr<json> Any(int depth) { return Joined("or", "any_of", &Parser::All, depth); }
  absl::StatusOr<json> All(int depth) { return Joined("and", "all_of", &Parser::Single, depth); }
  absl::StatusOr<json> Joined(const char* word, const char* list, absl::StatusOr<json> (Parser::*part)(int), int depth);
  absl::StatusOr<json> Single(int depth);
  absl::StatusOr<json> Condition();
  absl::StatusOr<json> Compared(const std::string& field);
  absl::StatusOr<json> Listed(const std::string& field);
  absl::StatusOr<std::string> Field();
  absl::StatusOr<json> Value();
  absl::StatusOr<json> Time();

  const Token& Next() const { return tokens_[next_]; }
  bool Take(TokenKind kind, std::string_view text) {
    const bool is = Next().kind == kind && Next().text == text;
    if (is) ++next_;
    return is;
  }
  absl::Status Expected(const std::string& what) const {
    return Wrong(Next().at, absl::StrCat("expected ", what, ", found ", Next().text));
  }

  std::vector<Token> tokens_;
  size_t next_ = 0;
};

absl::StatusOr<json> Parser::Joined(const char* word, const char* list, absl::StatusOr<json> (Parser::*part)(int),
                                    int depth) {
  json parts = json::array();
  do {
    auto filter = (this->*part)(depth);
    if (!filter.ok()) return filter.status();
    parts.push_back(*std::move(filter));
  } while (Take(TokenKind::kWord, word));
  if (parts.size() == 1) return parts.front();
  return json{{list, {{"filters", std::move(parts)}}}};
}

absl::StatusOr<json> Parser::Single(int depth) {
  if (depth > kMaxDepth) return Wrong(Next().at, "too many parentheses and `not` within each other");
  if (Take(TokenKind::kWord, "not")) {
    auto filter = Single(depth + 1);
    if (!filter.ok()) return filter.status();
    return json{{"none_of", {{"filters", json::array({*std::move(filter)})}}}};
  }
  if (!Take(TokenKind::kSymbol, "(")) return Condition();
  auto filter = Any(depth + 1);
  if (filter.ok() && !Take(TokenKind::kSymbol, ")")) return Expected("`)`");
  return filter;
}

absl::StatusOr<json> Parser::Condition() {
  const bool has = Take(TokenKind::kWord, "has");
  auto field = Field();
  if (!field.ok()) return field.status();
  if (has) return json{{"exists", {{"field", *field}}}};
  if (Take(TokenKind::kWord, "in")) return Listed(*field);
  return Compared(*field);
}

absl::StatusOr<json> Parser::Compared(const std::string& field) {
  const std::string op = Next().kind == TokenKind::kSymbol ? Next().text : "";
  constexpr std::array<std::pair<const char*, const char*>, 4> kBounds = {
      {{"<", "less_than"}, {"<=", "at_most"}, {">", "greater_than"}, {">=", "at_least"}}};
  const auto bound = std::find_if(kBounds.begin(), kBounds.end(), [&](const auto& pair) { return op == pair.first; });
  if (op != "=" && op != "!=" && bound == kBounds.end()) return Expected("one of = != < <= > >= or `in`");
  ++next_;
  auto value = Value();
  if (!value.ok()) return value.status();
  if (bound != kBounds.end()) return json{{"range", {{"field", field}, {bound->second, *std::move(value)}}}};
  json equals = {{"equals", {{"field", field}, {"value", *std::move(value)}}}};
  if (op == "=") return equals;
  return json{{"none_of", {{"filters", json::array({std::move(equals)})}}}};
}

absl::StatusOr<json> Parser::Listed(const std::string& field) {
  if (!Take(TokenKind::kSymbol, "(")) return Expected("`(` and a list of values");
  json values = json::array();
  do {
    auto value = Value();
    if (!value.ok()) return value.status();
    values.push_back(*std::move(value));
  } while (Take(TokenKind::kSymbol, ","));
  if (!Take(TokenKind::kSymbol, ")")) return Expected("`,` or `)`");
  return json{{"in_list", {{"field", field}, {"values", std::move(values)}}}};
}

absl::StatusOr<std::string> Parser::Field() {
  if (Next().kind != TokenKind::kWord && Next().kind != TokenKind::kQuoted) return Expected("the name of a field");
  return tokens_[next_++].text;
}

absl::StatusOr<json> Parser::Value() {
  if (Next().kind != TokenKind::kWord && Next().kind != TokenKind::kQuoted) return Expected("a value");
  const Token token = tokens_[next_++];
  if (token.kind == TokenKind::kQuoted) return json{{"string_value", token.text}};
  if (token.text == "true" || token.text == "false") return json{{"bool_value", token.text == "true"}};
  if (token.text == "time" && Take(TokenKind::kSymbol, "(")) return Time();
  double number = 0;
  const bool has_digit = token.text.find_first_of("0123456789") != std::string::npos;
  if (has_digit && absl::SimpleAtod(token.text, &number)) return json{{"number_value", number}};
  return json{{"string_value", token.text}};
}

absl::StatusOr<json> Parser::Time() {
  if (Next().kind != TokenKind::kWord) return Expected("a time such as 2026-11-23T12:00:00Z");
  json value = {{"timestamp_value", tokens_[next_++].text}};
  if (!Take(TokenKind::kSymbol, ")")) return Expected("`)`");
  return value;
}

}  // namespace

absl::StatusOr<json> FilterFromText(const std::string& text) {
  auto tokens = Split(text);
  if (!tokens.ok()) return tokens.status();
  return Parser(*std::move(tokens)).Whole();
}

}  // namespace usher::cli
