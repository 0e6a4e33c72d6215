#include "bench/usher_bench/access_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace usher::bench {
namespace {

using nlohmann::json;

// Reads members of one file, so that each complaint names it.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  absl::Status Bad(const std::string& what) const {
    return absl::InvalidArgumentError(absl::StrCat(path_, ": ", what));
  }

  absl::StatusOr<const json*> Array(const json& object, const std::string& name) const {
    const auto member = object.find(name);
    if (member == object.end() || !member->is_array() || member->empty()) {
      return Bad(absl::StrCat("lacks the list `", name, "`, or it is empty"));
    }
    return &*member;
  }

  absl::StatusOr<std::vector<std::vector<uint32_t>>> Lists(const json& object, const std::string& name) const {
    const auto lists = Array(object, name);
    if (!lists.ok()) return lists.status();
    std::vector<std::vector<uint32_t>> result((*lists)->size());
    for (size_t i = 0; i < result.size(); ++i) {
      const json& list = (**lists)[i];
      bool good = list.is_array();
      for (size_t j = 0; good && j < list.size(); ++j) {
        good = IsNumber(list[j]);
        if (good) result[i].push_back(list[j].get<uint32_t>());
      }
      if (!good) return Bad(absl::StrCat(name, "[", i, "] is no list of group numbers"));
    }
    return result;
  }

  absl::StatusOr<Question> OneQuestion(const json& query, size_t place, size_t principals) const {
    const auto has = [&](const char* name, bool (*fits)(const json&)) {
      return query.is_object() && query.contains(name) && fits(query[name]);
    };
    const auto is_text = [](const json& value) { return value.is_string(); };
    if (!has("principal", IsNumber) || !has("nvis", IsNumber) || !has("bucket", is_text) || !has("corr", is_text)) {
      return Bad(
          absl::StrCat("queries[", place, "] lacks principal, nvis, bucket or corr, or they are no numbers and texts"));
    }
    Question question{query["principal"].get<uint32_t>(), query["bucket"].get<std::string>(),
                      query["corr"].get<std::string>(), query["nvis"].get<uint64_t>()};
    if (question.principal >= principals) {
      return Bad(absl::StrCat("queries[", place, "] is of principal ", question.principal, ", but there are only ",
                              principals));
    }
    return question;
  }

 private:
  static bool IsNumber(const json& value) {
    return value.is_number_unsigned() && value.get<uint64_t>() < std::numeric_limits<uint32_t>::max();
  }

  std::string path_;
};

}  // namespace

absl::StatusOr<AccessFile> ReadAccessFile(const std::string& path) {
  const Reader reader(path);
  std::ifstream stream(path);
  if (!stream) return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  const json object = json::parse(stream, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return reader.Bad("is not a JSON object");

  AccessFile file;
  auto readers = reader.Lists(object, "doc_groups");
  if (!readers.ok()) return readers.status();
  file.readers = *std::move(readers);
  auto principals = reader.Lists(object, "principals");
  if (!principals.ok()) return principals.status();
  file.principals = *std::move(principals);
  const auto queries = reader.Array(object, "queries");
  if (!queries.ok()) return queries.status();
  for (size_t i = 0; i < (*queries)->size(); ++i) {
    absl::StatusOr<Question> question = reader.OneQuestion((**queries)[i], i, file.principals.size());
    if (!question.ok()) return question.status();
    file.questions.push_back(*std::move(question));
  }
  return file;
}

}  // namespace usher::bench
