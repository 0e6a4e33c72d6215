// A small random tenant behind the whole pipeline, with the naive oracle and a list of all vectors beside it.
#ifndef USHER_TESTS_PROPERTY_PIPELINE_WORLD_H_
#define USHER_TESTS_PROPERTY_PIPELINE_WORLD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "index/corpus/corpus.h"
#include "tests/fake_clock.h"
#include "tests/property/acl_oracle.h"

namespace usher::pipeline {

class PipelineWorld {
 public:
  static constexpr int kWidth = 8;
  static constexpr char kCollection[] = "docs";

  // What a brute-force reader of everything would know of one chunk.
  struct Row {
    std::string document;
    uint32_t number = 0;
    acl::DocumentVersion version;
    double score = 0;
  };

  // All must outlive the world. `tenant` is new.
  PipelineWorld(uint64_t seed, acl_oracle::Flaw flaw, const std::string& tenant, corpus::Corpus* corpus,
                tests::FakeClock* clock);

  // One random write, or some time that passes.
  void Change();

  const std::string& tenant() const { return tenant_; }
  acl::Asker RandomAsker() { return {principals_[Below(principals_.size())], {}, Chance(30) ? "audit" : ""}; }
  std::vector<float> RandomVector();
  size_t Below(size_t n) { return random_() % n; }
  bool Chance(size_t percent) { return Below(100) < percent; }

  // What the asker may read, best first, equal scores by version and number.
  std::vector<Row> Ranking(const acl::Asker& asker, const std::vector<float>& query) const;
  bool MayRead(const acl::Asker& asker, const std::string& document, uint32_t chunk) const;
  const std::vector<std::string>& principals() const { return principals_; }
  // The id of a document that is there, or was, or never was.
  std::string RandomDocument();

 private:
  struct Document {
    acl::DocumentVersion version;
    std::vector<std::vector<float>> rows;
  };

  corpus::WriteContext Context() const { return {tenant_, "user:admin", "", ""}; }
  static std::string NodeOf(const std::string& document, uint32_t chunk);
  acl::Rule RandomRule();
  acl::Label RandomLabel();
  // As it is written down, and in its canonical form.
  std::pair<acl::PolicyDraft, acl::Policy> RandomPolicy();
  void ChangeMembership();
  void ChangeClearance();
  void Upsert();
  void GiveRules(corpus::PreparedDocument& prepared, bool is_new);
  void Delete();
  void SetPolicy();
  void Forget(const std::string& document);

  std::mt19937_64 random_;
  acl_oracle::Oracle oracle_;
  const std::string tenant_;
  corpus::Corpus* corpus_;
  tests::FakeClock* clock_;
  const absl::Time start_;
  std::vector<std::string> principals_;
  std::vector<std::string> groups_;
  std::vector<std::string> subjects_;
  std::map<std::string, Document> documents_;
};

}  // namespace usher::pipeline

#endif  // USHER_TESTS_PROPERTY_PIPELINE_WORLD_H_
