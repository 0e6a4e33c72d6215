// Two tenants that look alike to one reader: the same documents to read, and beside them whatever each has that the
// reader may not know of.
#ifndef USHER_TESTS_PROPERTY_STRICT_WORLD_H_
#define USHER_TESTS_PROPERTY_STRICT_WORLD_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/property/strict_stage.h"

namespace usher::strict {

inline constexpr char kOpenCollection[] = "docs";      // holds what the reader may read, if anything
inline constexpr char kSecretCollection[] = "secret";  // may be there, and nothing in it is the reader's
// Enough for codes and cells.
inline constexpr int kWidth = 40;

struct ChunkPlan {
  bool readable = true;
  std::vector<float> vector;
};

// A document on both sides, alike in its readable chunks.
struct DocumentPlan {
  std::string id;
  size_t audience = 0;  // by which of several rules the reader may read it
  std::vector<ChunkPlan> chunks;
};

// One of the two tenants.
class Side {
 public:
  // `query`: where the reader will look, and where hidden chunks are put on purpose.
  Side(uint64_t seed, const std::string& tenant, std::vector<float> query, Stage* stage);
  ~Side();
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  void PutReadable(const DocumentPlan& plan);
  // From now on the reader may not read it: gone, or another's.
  void TakeAway(const std::string& id);
  // Writes that the reader must not notice.
  void WriteHidden();

  std::string Search(const v1::SearchRequest& request) { return stage_->Search(credential_, request); }
  std::string GetChunks(const v1::GetChunksRequest& request) { return stage_->GetChunks(credential_, request); }

  // --- What the worlds were made of ---
  bool has_secret() const { return has_secret_; }
  uint64_t hidden_writes() const { return hidden_writes_; }
  // Whether a graph answers an automatic search of somebody who may read everything, so that segments are sealed.
  bool IsSealed() const;

 private:
  size_t Below(size_t n) { return random_() % n; }
  corpus::WriteContext Context() const { return {tenant_, "user:admin", "", ""}; }
  std::vector<float> HiddenVector();
  acl::Policy HiddenPolicy();
  corpus::PreparedDocument HiddenDocument();
  void Upsert(const std::string& collection, corpus::PreparedDocument document);
  void CreateCollection(const std::string& name, int width);
  void ChangeSecretCollection();
  void ChangePeople();
  void ChangeHiddenRules();

  std::mt19937_64 random_;
  const std::string tenant_;
  const std::vector<float> query_;
  Stage* stage_;
  std::string credential_;
  bool has_secret_ = false;
  uint64_t hidden_writes_ = 0;
  std::vector<std::string> hidden_;  // ids of documents
};

// A unit vector of kWidth.
std::vector<float> RandomVector(std::mt19937_64& random);

}  // namespace usher::strict

#endif  // USHER_TESTS_PROPERTY_STRICT_WORLD_H_
