#include "index/embed/embedding_response.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace usher::embed {
namespace {

using Json = nlohmann::json;

absl::Status Wrong(const std::string& what) {
  return absl::FailedPreconditionError(absl::StrCat("embedding endpoint answered wrongly: ", what,
                                                    "; check its url, model and dimension in the configuration"));
}

absl::Status ReadVector(const Json& values, absl::Span<float> row) {
  if (!values.is_array() || values.size() != row.size()) {
    return Wrong(
        absl::StrCat("a vector has ", values.is_array() ? values.size() : 0, " numbers instead of ", row.size()));
  }
  double squares = 0;
  for (const Json& value : values) {
    if (!value.is_number() || !std::isfinite(value.get<double>())) return Wrong("a vector holds something not finite");
    squares += value.get<double>() * value.get<double>();
  }
  if (!(squares > 0) || !std::isfinite(squares)) return Wrong("a vector has no usable length");
  const double norm = std::sqrt(squares);
  for (size_t i = 0; i < row.size(); ++i) row[i] = static_cast<float>(values[i].get<double>() / norm);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<float>> ParseEmbeddings(const std::string& body, size_t count, size_t dimension) {
  const Json answer = Json::parse(body, nullptr, false);
  if (!answer.is_object()) return Wrong("the body is no JSON object");
  const auto data = answer.find("data");
  if (data == answer.end() || !data->is_array()) return Wrong("it has no list \"data\"");
  if (data->size() != count) return Wrong(absl::StrCat(data->size(), " vectors for ", count, " texts"));
  std::vector<float> rows(count * dimension);
  std::vector<bool> seen(count);
  for (const Json& entry : *data) {
    if (!entry.is_object()) return Wrong("an entry of \"data\" is no object");
    const auto index = entry.find("index");
    if (index == entry.end() || !index->is_number_unsigned()) return Wrong("an entry has no index");
    const uint64_t place = index->get<uint64_t>();
    if (place >= count || seen[place]) return Wrong("an index is repeated or out of range");
    seen[place] = true;
    const auto values = entry.find("embedding");
    if (values == entry.end()) return Wrong("an entry has no vector");
    const absl::Status status = ReadVector(*values, absl::MakeSpan(rows).subspan(place * dimension, dimension));
    if (!status.ok()) return status;
  }
  return rows;
}

}  // namespace usher::embed
