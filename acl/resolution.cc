#include "acl/resolution.h"

#include <algorithm>
#include <utility>

namespace usher::acl {
namespace {

AskerView ViewOf(const ClassIndex& index, const Rights& rights, absl::Time now) {
  AskerView view{IdBitmap(index.subjects->size()), index.labels.SatisfiedBy(rights.clearance, rights.purpose), now};
  for (const SubjectId id : rights.subjects) view.subjects.Insert(id.value());
  return view;
}

}  // namespace

Resolution::Resolution(const ClassIndex& index, const Rights& rights, absl::Time now)
    : index_(index),
      rights_(rights),
      asker_(ViewOf(index, rights, now)),
      states_(index.folders.controller_bound(), Outcome::kPass) {}

Outcome Resolution::OutcomeOf(std::string_view chain) {
  const Verdict verdict = Judge(chain, asker_);
  valid_until_ = std::min(valid_until_, verdict.holds_until);
  return verdict.outcome;
}

// Climbs to the nearest judged controller and comes back down, without recursion: folders may be nested deeply.
Outcome Resolution::StateOf(ControllerId id) {
  std::vector<ControllerId> unknown;
  while (states_[id.value()] == Outcome::kPass) {
    unknown.push_back(id);
    if (id == FolderPolicies::kCollection) break;
    id = index_.folders.Get(id).parent;
  }
  // Nothing stands above the collection, and where there is nothing, nobody may read.
  Outcome state = states_[id.value()] == Outcome::kPass ? Outcome::kNever : states_[id.value()];
  for (auto below = unknown.rbegin(); below != unknown.rend(); ++below) {
    if (state != Outcome::kBlocked) state = Then(state, OutcomeOf(index_.folders.Get(*below).policy));
    states_[below->value()] = state;
  }
  return state;
}

bool Resolution::MayRead(ClassId id) {
  if (rights_.subjects.empty()) return false;
  const Outcome above = StateOf(index_.folders.ControllerOf(id));
  if (above == Outcome::kBlocked) return false;
  return IsReadable(Then(above, OutcomeOf(index_.own.Chain(index_.classes[id.value()].own))));
}

Entitlement Resolution::Everything() {
  if (rights_.subjects.empty()) return Entitlement();
  if (StateOf(FolderPolicies::kCollection) == Outcome::kBlocked) return Entitlement(IdBitmap(), valid_until_);
  readable_ = IdBitmap(index_.classes.size());
  Visit(FolderPolicies::kCollection);
  index_.folders.postings().ForEach(rights_.subjects, asker_.labels, [this](uint32_t id) { Visit(ControllerId(id)); });
  // Gathered first, so that each is judged once and memory is read in its order.
  IdBitmap posted(index_.own.size());
  index_.own.postings().ForEach(rights_.subjects, asker_.labels, [&](uint32_t id) { posted.Insert(id); });
  posted.ForEach([this](uint32_t id) { Visit(OwnId(id)); });
  return Entitlement(std::move(readable_), valid_until_);
}

void Resolution::Visit(ControllerId id) {
  const Outcome state = StateOf(id);
  if (state == Outcome::kAlways) TakePassingBelow(id);
  if (state != Outcome::kGranted) return;
  const bool granted_above =
      id != FolderPolicies::kCollection && StateOf(index_.folders.Get(id).parent) == Outcome::kGranted;
  if (!granted_above) TakeGrantedBelow(id);
}

void Resolution::TakePassingBelow(ControllerId top) {
  std::vector<ControllerId> pending = {top};
  while (!pending.empty()) {
    const ControllerId id = pending.back();
    pending.pop_back();
    if (!taken_.Insert(id.value())) continue;
    const FolderPolicies::Controller& controller = index_.folders.Get(id);
    for (const ClassId passing : controller.passing_classes) readable_.Insert(passing.value());
    for (const ControllerId below : controller.passing) {
      if (StateOf(below) == Outcome::kAlways) pending.push_back(below);
    }
  }
}

// A grant holds whatever is below, so that nothing tells beforehand which classes it opens.
void Resolution::TakeGrantedBelow(ControllerId top) {
  index_.folders.ForEachClassBelow(index_.folders.Get(top).folder, [this](ClassId id) {
    if (MayRead(id)) readable_.Insert(id.value());
  });
}

void Resolution::Visit(OwnId id) {
  const Outcome outcome = OutcomeOf(index_.own.Chain(id));
  const bool passes_by_default = index_.own.PassesByDefault(id);
  if (outcome == Outcome::kBlocked && passes_by_default) {
    return index_.ForEachClassOf(id, [this](ClassId blocked) { readable_.Erase(blocked.value()); });
  }
  const bool settled =
      outcome == Outcome::kBlocked || outcome == Outcome::kNever || (outcome == Outcome::kPass && passes_by_default);
  if (settled) return;
  index_.ForEachClassOf(id, [&](ClassId found) {
    if (IsReadable(Then(StateOf(index_.folders.ControllerOf(found)), outcome))) readable_.Insert(found.value());
  });
}

}  // namespace usher::acl
