// Random metadata, and random filters with an evaluator of their own that reads the metadata as it was written.
#ifndef USHER_TESTS_INDEX_FIELDS_RANDOM_H_
#define USHER_TESTS_INDEX_FIELDS_RANDOM_H_

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "index/fields/filter.h"

namespace usher::fields {

using NaiveFilter = std::function<bool(const nlohmann::json& metadata)>;

inline int Pick(std::mt19937& random, int end) { return std::uniform_int_distribution<int>(0, end - 1)(random); }

// Few values, so that rows share them.
inline nlohmann::json RandomScalar(std::mt19937& random) {
  switch (Pick(random, 4)) {
    case 0:
      return Pick(random, 2) == 0;
    case 1:
      return Pick(random, 7) - 3;
    case 2:
      return (Pick(random, 5) - 2) / 2.0;
    default:
      return std::string(static_cast<size_t>(Pick(random, 3)), static_cast<char>('a' + Pick(random, 3)));
  }
}

inline std::string RandomField(std::mt19937& random) {
  static const std::vector<std::string> fields = {"a", "b", "c", "d.e", "d.f"};
  return fields[static_cast<size_t>(Pick(random, 5))];
}

inline nlohmann::json RandomMetadata(std::mt19937& random) {
  nlohmann::json metadata = nlohmann::json::object();
  for (int i = Pick(random, 5); i > 0; --i) {
    nlohmann::json value = RandomScalar(random);
    if (Pick(random, 3) == 0) value = nlohmann::json::array({value, RandomScalar(random)});
    const std::string field = RandomField(random);
    field.size() == 1 ? metadata[field] = value : metadata["d"][field.substr(2)] = value;
  }
  return metadata;
}

// The values a row has of a field, one after another.
inline std::vector<nlohmann::json> ValuesAt(const nlohmann::json& metadata, const std::string& field) {
  const nlohmann::json* found = nullptr;
  if (field.size() == 1) {
    if (metadata.contains(field)) found = &metadata.at(field);
  } else if (metadata.contains("d") && metadata.at("d").contains(field.substr(2))) {
    found = &metadata.at("d").at(field.substr(2));
  }
  if (found == nullptr) return {};
  if (found->is_array()) return {found->begin(), found->end()};
  return {*found};
}

inline std::string TermOf(const nlohmann::json& scalar) {
  if (scalar.is_boolean()) return BooleanTerm(scalar.get<bool>());
  if (scalar.is_number()) return NumberTerm(scalar.get<double>());
  return TextTerm(scalar.get<std::string>());
}

inline bool SameKind(const nlohmann::json& a, const nlohmann::json& b) {
  return (a.is_boolean() && b.is_boolean()) || (a.is_number() && b.is_number()) || (a.is_string() && b.is_string());
}

inline std::pair<Filter, NaiveFilter> RandomIn(std::mt19937& random) {
  const std::string field = RandomField(random);
  std::vector<nlohmann::json> wanted = {RandomScalar(random)};
  for (int i = Pick(random, 4); i > 0; --i) {
    if (nlohmann::json other = RandomScalar(random); SameKind(other, wanted.front())) wanted.push_back(other);
  }
  std::vector<std::string> terms;
  for (const auto& value : wanted) terms.push_back(TermOf(value));
  return {Filter::In(field, terms), [field, wanted](const nlohmann::json& metadata) {
            const auto values = ValuesAt(metadata, field);
            return std::find_first_of(values.begin(), values.end(), wanted.begin(), wanted.end(),
                                      [](const auto& a, const auto& b) { return SameKind(a, b) && a == b; }) !=
                   values.end();
          }};
}

inline std::pair<Filter, NaiveFilter> RandomRange(std::mt19937& random) {
  const std::string field = RandomField(random);
  nlohmann::json lower = RandomScalar(random);
  while (lower.is_boolean()) lower = RandomScalar(random);
  nlohmann::json upper = RandomScalar(random);
  while (!SameKind(lower, upper)) upper = RandomScalar(random);
  const bool low = Pick(random, 3) > 0;
  const bool high = !low || Pick(random, 3) > 0;
  const bool low_in = Pick(random, 2) == 0;
  const bool high_in = Pick(random, 2) == 0;
  const auto bound = [](bool there, const nlohmann::json& value, bool inclusive) {
    return there ? std::optional(Bound{TermOf(value), inclusive}) : std::nullopt;
  };
  return {Filter::Between(field, bound(low, lower, low_in), bound(high, upper, high_in)),
          [=](const nlohmann::json& metadata) {
            const auto values = ValuesAt(metadata, field);
            return std::any_of(values.begin(), values.end(), [&](const nlohmann::json& value) {
              if (!SameKind(value, lower)) return false;
              if (low && !(low_in ? value >= lower : value > lower)) return false;
              return !high || (high_in ? value <= upper : value < upper);
            });
          }};
}

inline std::pair<Filter, NaiveFilter> RandomFilter(std::mt19937& random, int depth) {
  const int op = Pick(random, depth == 0 ? 3 : 6);
  if (op == 0) return RandomIn(random);
  if (op == 1) return RandomRange(random);
  if (op == 2) {
    const std::string field = RandomField(random);
    return {Filter::Exists(field), [field](const nlohmann::json& row) { return !ValuesAt(row, field).empty(); }};
  }
  std::vector<Filter> parts;
  std::vector<NaiveFilter> naive;
  for (int i = 1 + Pick(random, 3); i > 0; --i) {
    auto [part, naive_part] = RandomFilter(random, depth - 1);
    parts.push_back(std::move(part));
    naive.push_back(std::move(naive_part));
  }
  Filter filter = op == 3 ? Filter::All(parts) : op == 4 ? Filter::Any(parts) : Filter::None(parts);
  return {std::move(filter), [op, naive](const nlohmann::json& row) {
            const auto holds = [&row](const NaiveFilter& part) { return part(row); };
            if (op == 3) return std::all_of(naive.begin(), naive.end(), holds);
            return std::any_of(naive.begin(), naive.end(), holds) == (op == 4);
          }};
}

}  // namespace usher::fields

#endif  // USHER_TESTS_INDEX_FIELDS_RANDOM_H_
