// Whose turn it is to write: one at a time, and what changes rights before what brings content.
//
// A revocation waits for the write under way, not for the loads that queue behind it. Loads do not starve: after
// kMostInARow that went before them, one of them has its turn. Thread-safety: all methods may be called concurrently.
#ifndef USHER_INDEX_CORPUS_WRITE_TURNS_H_
#define USHER_INDEX_CORPUS_WRITE_TURNS_H_

#include <condition_variable>
#include <mutex>

namespace usher::corpus {

enum class Haste { kPrompt, kBulk };

class WriteTurns {
 public:
  static constexpr int kMostInARow = 32;

  // Waits for its turn, which lasts as long as this lives.
  class Turn {
   public:
    Turn(WriteTurns* turns, Haste haste) : turns_(turns) { turns_->Begin(haste); }
    ~Turn() { turns_->End(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    WriteTurns* turns_;
  };

 private:
  void Begin(Haste haste) {
    std::unique_lock lock(mutex_);
    const bool prompt = haste == Haste::kPrompt;
    int& waiting = prompt ? prompt_waiting_ : bulk_waiting_;
    ++waiting;
    (prompt ? prompt_turn_ : bulk_turn_).wait(lock, [&] { return !taken_ && prompt == PromptIsNext(); });
    --waiting;
    taken_ = true;
    in_a_row_ = prompt && bulk_waiting_ > 0 ? in_a_row_ + 1 : 0;
  }

  void End() {
    const std::unique_lock lock(mutex_);
    taken_ = false;
    (PromptIsNext() ? prompt_turn_ : bulk_turn_).notify_one();
  }

  bool PromptIsNext() const { return prompt_waiting_ > 0 && (bulk_waiting_ == 0 || in_a_row_ < kMostInARow); }

  std::mutex mutex_;
  std::condition_variable prompt_turn_;
  std::condition_variable bulk_turn_;
  bool taken_ = false;  // all guarded by mutex_
  int prompt_waiting_ = 0;
  int bulk_waiting_ = 0;
  int in_a_row_ = 0;  // prompt turns since a bulk write began to wait or had one
};

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_WRITE_TURNS_H_
