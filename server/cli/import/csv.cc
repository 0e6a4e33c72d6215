#include "server/cli/import/csv.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace usher::cli {
namespace {

class Reader {
 public:
  Reader(const std::string& path, absl::string_view text) : path_(path), text_(text) {}

  absl::StatusOr<std::vector<CsvRecord>> ReadAll() {
    std::vector<CsvRecord> records;
    while (at_ < text_.size()) {
      CsvRecord record{.line = line_, .fields = {}};
      if (auto read = ReadRecord(record); !read.ok()) return read;
      if (record.fields.size() == 1 && record.fields[0].empty()) continue;
      if (!records.empty() && record.fields.size() != records[0].fields.size()) {
        return Error(record.line,
                     absl::StrCat("has ", record.fields.size(), " fields, the header has ", records[0].fields.size()));
      }
      records.push_back(std::move(record));
    }
    return records;
  }

 private:
  absl::Status Error(size_t line, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(path_, ":", line, ": ", what));
  }

  bool Skip(absl::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  bool SkipLineEnd() {
    if (!Skip("\r\n") && !Skip("\n")) return false;
    ++line_;
    return true;
  }

  absl::Status ReadRecord(CsvRecord& record) {
    while (true) {
      std::string field;
      if (auto read = Skip("\"") ? ReadQuoted(field) : ReadPlain(field); !read.ok()) return read;
      record.fields.push_back(std::move(field));
      if (Skip(",")) continue;
      if (at_ == text_.size() || SkipLineEnd()) return absl::OkStatus();
      return Error(line_, "text follows a closing quote; double a quote that belongs to the field");
    }
  }

  absl::Status ReadPlain(std::string& field) {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == ',' || c == '\n' || text_.substr(at_, 2) == "\r\n") break;
      if (c == '"') return Error(line_, "a quote stands inside a field without quotes; put the whole field in quotes");
      if (c == '\r') return Error(line_, "a carriage return stands without a line feed");
      field.push_back(c);
    }
    return absl::OkStatus();
  }

  absl::Status ReadQuoted(std::string& field) {
    const size_t begin = line_;
    for (; at_ < text_.size(); ++at_) {
      if (Skip("\"\"")) {
        field.push_back('"');
        --at_;
        continue;
      }
      if (Skip("\"")) return absl::OkStatus();
      if (text_[at_] == '\n') ++line_;
      field.push_back(text_[at_]);
    }
    return Error(begin, "a quoted field does not end");
  }

  const std::string& path_;
  absl::string_view text_;
  size_t at_ = 0;
  size_t line_ = 1;
};

}  // namespace

absl::StatusOr<std::vector<CsvRecord>> ParseCsv(const std::string& path, absl::string_view text) {
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  return Reader(path, text).ReadAll();
}

}  // namespace usher::cli
