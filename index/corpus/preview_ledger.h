// Adds up what each principal would gain and lose, and names it for those who are listed. Internal to the corpus.
//
// First everything is counted, then the listed principals are chosen, then their documents are named.
// Thread-safety: belongs to one thread.
#ifndef USHER_INDEX_CORPUS_PREVIEW_LEDGER_H_
#define USHER_INDEX_CORPUS_PREVIEW_LEDGER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "acl/id_bitmap.h"
#include "acl/principal_space.h"
#include "index/corpus/corpus_types.h"
#include "index/corpus/preview_units.h"

namespace usher::corpus {

// What is gained and what is lost, of whatever kind.
template <typename T>
struct GainAndLoss {
  T gained;
  T lost;
};

class PreviewLedger {
 public:
  // Numbers are those of a PrincipalSpace.
  void Count(uint32_t number, const GainAndLoss<uint64_t>& chunks);

  // The first `max_principals` by name of those counted, and kAnyoneElse; each gets up to `max_names` names.
  void Choose(const acl::PrincipalSpace& space, size_t max_principals, size_t max_names);
  const acl::IdBitmap& chosen() const { return chosen_; }
  // Full names of documents. Does nothing for those not chosen.
  void Name(uint32_t number, const GainAndLoss<std::vector<std::string>>& documents);

  // Without the revision; once.
  PreviewResult Result() &&;

 private:
  struct Account {
    std::string principal;
    GainAndLoss<FirstNames> documents;
  };

  AccessDifference DifferenceOf(uint32_t number) const;

  std::vector<GainAndLoss<uint64_t>> chunks_;  // by number
  uint64_t principal_count_ = 0;
  acl::IdBitmap chosen_;
  std::vector<uint32_t> order_;                             // of the chosen principals, by name
  absl::flat_hash_map<uint32_t, Account> chosen_accounts_;  // by number
};

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_PREVIEW_LEDGER_H_
