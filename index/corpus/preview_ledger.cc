#include "index/corpus/preview_ledger.h"

#include <algorithm>
#include <utility>

namespace usher::corpus {

using acl::PrincipalSpace;

void PreviewLedger::Count(uint32_t number, const GainAndLoss<uint64_t>& chunks) {
  if (number >= chunks_.size()) chunks_.resize(number + 1);
  chunks_[number].gained += chunks.gained;
  chunks_[number].lost += chunks.lost;
}

void PreviewLedger::Choose(const PrincipalSpace& space, size_t max_principals, size_t max_names) {
  acl::IdBitmap counted(chunks_.size());
  for (uint32_t number = 0; number < chunks_.size(); ++number) {
    if (chunks_[number].gained + chunks_[number].lost > 0) counted.Insert(number);
  }
  const FirstNames none(max_names);
  const auto choose = [&](uint32_t number, std::string name) {
    chosen_.Insert(number);
    chosen_accounts_.emplace(number, Account{std::move(name), {none, none}});
  };
  acl::Readers named = space.ToReaders(counted);
  principal_count_ = named.principals.size();
  if (named.everyone_else) choose(PrincipalSpace::kAnyoneElse, "");
  named.principals.resize(std::min(max_principals, named.principals.size()));
  for (std::string& name : named.principals) {
    const uint32_t number = *space.Find(name);
    order_.push_back(number);
    choose(number, std::move(name));
  }
}

void PreviewLedger::Name(uint32_t number, const GainAndLoss<std::vector<std::string>>& documents) {
  const auto account = chosen_accounts_.find(number);
  if (account == chosen_accounts_.end()) return;
  for (const std::string& name : documents.gained) account->second.documents.gained.Add(name);
  for (const std::string& name : documents.lost) account->second.documents.lost.Add(name);
}

AccessDifference PreviewLedger::DifferenceOf(uint32_t number) const {
  const Account& account = chosen_accounts_.at(number);
  const auto& gained = account.documents.gained.names();
  const auto& lost = account.documents.lost.names();
  return {account.principal,
          chunks_[number].gained,
          chunks_[number].lost,
          {gained.begin(), gained.end()},
          {lost.begin(), lost.end()}};
}

PreviewResult PreviewLedger::Result() && {
  PreviewResult result;
  result.principal_count = principal_count_;
  for (const uint32_t number : order_) result.differences.push_back(DifferenceOf(number));
  if (chosen_.Contains(PrincipalSpace::kAnyoneElse)) result.everyone_else = DifferenceOf(PrincipalSpace::kAnyoneElse);
  return result;
}

}  // namespace usher::corpus
