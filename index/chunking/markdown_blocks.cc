#include <cmark-gfm.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "index/chunking/ascii.h"
#include "index/chunking/block.h"

namespace usher::chunking {
namespace {

// Past these a document is read as plain text, because the parser's tree would outgrow it a hundred times.
constexpr size_t kMaxLines = size_t{1} << 17;
constexpr size_t kMaxContainers = size_t{1} << 17;
constexpr size_t kMaxContainersPerLine = 8;
constexpr size_t kMaxMarkerBytes = 64;
constexpr int kMaxDepth = 16;

struct FreeDocument {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
};
using Document = std::unique_ptr<cmark_node, FreeDocument>;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Rewrites a document, byte for byte in place, so that only what decides its blocks is left: indentation, container
// markers, heading marks and fences; all other text becomes 'x'. The parser then has no inline work, whose worst cases
// are quadratic in this version, and nests at most kMaxContainersPerLine deeper on each line.
class Skeleton {
 public:
  // nullopt when the document has too many lines or containers to be parsed cheaply.
  static std::optional<Skeleton> Of(std::string_view source) {
    Skeleton skeleton;
    skeleton.text_.reserve(source.size());
    for (size_t at = 0; at < source.size();) {
      const size_t end = std::min(source.find_first_of("\r\n", at), source.size());
      size_t next = std::min(end + 1, source.size());
      if (end + 1 < source.size() && source[end] == '\r' && source[end + 1] == '\n') ++next;
      skeleton.line_starts_.push_back(at);
      skeleton.AppendLine(source.substr(at, end - at));
      skeleton.text_.append(source.substr(end, next - end));
      at = next;
      if (skeleton.line_starts_.size() > kMaxLines || skeleton.containers_ > kMaxContainers) return std::nullopt;
    }
    return skeleton;
  }

  const std::string& text() const { return text_; }

  // Byte offset of a line counted from 1; the source's size for lines past the last.
  size_t OffsetOfLine(int line) const {
    const auto index = static_cast<size_t>(std::max(line, 1) - 1);
    return index < line_starts_.size() ? line_starts_[index] : text_.size();
  }

 private:
  void AppendLine(std::string_view line) {
    const bool drawn = line.find_first_not_of("=-_*~` \t") == std::string_view::npos;
    size_t kept = 0;
    if (drawn && !IsNestedList(line)) {
      kept = std::min(line.size(), kMaxMarkerBytes);
      text_.append(line.substr(0, kept));
      text_.append(line.size() - kept, ' ');
      return;
    }
    kept = CopyMarkers(line);
    for (const char c : line.substr(kept)) text_.push_back(IsBlank(c) ? c : 'x');
  }

  // "- - x" nests lists, "- - -" is a rule: only one kind of character makes a rule.
  static bool IsNestedList(std::string_view line) {
    const size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos) return false;
    const char mixed[] = {line[first], ' ', '\t'};
    return line.find_first_not_of(std::string_view(mixed, sizeof(mixed))) != std::string_view::npos;
  }

  // Copies the leading markers of `line` and returns how many bytes were copied.
  size_t CopyMarkers(std::string_view line) {
    size_t i = 0;
    for (size_t containers = 0; i < line.size() && i < kMaxMarkerBytes;) {
      const size_t length = MarkerLength(line, i);
      if (length == 0) break;
      if (!IsBlank(line[i]) && ++containers > kMaxContainersPerLine) break;
      if (!IsBlank(line[i])) ++containers_;
      text_.append(line.substr(i, length));
      i += length;
      if (line[i - 1] == '#' || line[i - 1] == '`' || line[i - 1] == '~') break;  // a heading or fence ends the markers
    }
    return i;
  }

  static size_t MarkerLength(std::string_view line, size_t i) {
    const char c = line[i];
    const auto ends_at = [&](size_t at) { return at >= line.size() || IsBlank(line[at]); };
    if (IsBlank(c) || c == '>') return 1;
    if (c == '-' || c == '+' || c == '*') return ends_at(i + 1) ? 1 : 0;
    const size_t run = std::min(line.find_first_not_of(c, i), line.size()) - i;
    if (c == '#') return run <= 6 && ends_at(i + run) ? run : 0;
    // An info string with a backtick makes the line a paragraph with inline code.
    if (c == '`' && line.find('`', i + run) != std::string_view::npos) return 0;
    if (c == '`' || c == '~') return run >= 3 ? std::min(run, kMaxMarkerBytes) : 0;
    if (!IsDigitAscii(c)) return 0;
    const size_t digits = std::min(line.find_first_not_of("0123456789", i), line.size());
    const bool marks = digits - i <= 9 && digits < line.size() && (line[digits] == '.' || line[digits] == ')');
    return marks && ends_at(digits + 1) ? digits + 1 - i : 0;
  }

  std::string text_;
  std::vector<size_t> line_starts_;
  size_t containers_ = 0;
};

std::string HeadingOf(std::string_view source) {
  source = source.substr(0, source.find_first_of("\r\n"));
  source = TrimAscii(source);
  while (!source.empty() && source.front() == '#') source.remove_prefix(1);
  while (!source.empty() && source.back() == '#') source.remove_suffix(1);
  return HeadingText(source);
}

class Reader {
 public:
  Reader(std::string_view source, const Skeleton& skeleton, size_t max_bytes)
      : source_(source), skeleton_(skeleton), max_bytes_(max_bytes) {}

  Outline Read(cmark_node* document) {
    Visit(document, source_.size(), 0);
    std::vector<Block>& blocks = outline_.blocks;
    if (!blocks.empty()) blocks.front().begin = 0;
    for (size_t i = 0; i < blocks.size(); ++i) {
      blocks[i].end = i + 1 < blocks.size() ? blocks[i + 1].begin : source_.size();
    }
    return std::move(outline_);
  }

 private:
  // Starts a block at every child; a block lasts until the next one starts, so that no byte falls between two.
  void Visit(cmark_node* parent, size_t end, int depth) {
    for (cmark_node* child = cmark_node_first_child(parent); child != nullptr; child = cmark_node_next(child)) {
      cmark_node* next = cmark_node_next(child);
      const size_t begin = skeleton_.OffsetOfLine(cmark_node_get_start_line(child));
      const size_t behind = next != nullptr ? skeleton_.OffsetOfLine(cmark_node_get_start_line(next)) : end;
      const cmark_node_type type = cmark_node_get_type(child);
      const bool opens = type == CMARK_NODE_LIST || type == CMARK_NODE_ITEM || type == CMARK_NODE_BLOCK_QUOTE;
      if (opens && depth < kMaxDepth && behind > begin + max_bytes_) {
        Visit(child, behind, depth + 1);
        continue;
      }
      if (!outline_.blocks.empty() && begin <= outline_.blocks.back().begin) continue;
      Block block{begin, behind, 0, ""};
      if (type == CMARK_NODE_HEADING && depth == 0) {
        block.level = cmark_node_get_heading_level(child);
        block.heading = HeadingOf(source_.substr(begin, behind - begin));
      }
      outline_.blocks.push_back(std::move(block));
    }
  }

  const std::string_view source_;
  const Skeleton& skeleton_;
  const size_t max_bytes_;
  Outline outline_;
};

}  // namespace

Outline MarkdownBlocks(std::string_view text, size_t max_bytes) {
  const std::optional<Skeleton> skeleton = Skeleton::Of(text);
  if (!skeleton.has_value()) return PlainBlocks(text);
  const Document document(cmark_parse_document(skeleton->text().data(), skeleton->text().size(), CMARK_OPT_DEFAULT));
  if (document == nullptr || cmark_node_first_child(document.get()) == nullptr) return PlainBlocks(text);
  return Reader(text, *skeleton, max_bytes).Read(document.get());
}

}  // namespace usher::chunking
