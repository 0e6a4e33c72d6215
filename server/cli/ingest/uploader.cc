#include "server/cli/ingest/uploader.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"

namespace usher::cli {
namespace {

constexpr char kMethod[] = "usher.v1.CorpusService/StreamUpsertDocuments";
// Enough to keep the server busy while answers travel.
constexpr size_t kWindow = 4;
constexpr int kMostFailures = 5;
constexpr char kEndedEarly[] = "the server ended the upload early";
constexpr absl::Duration kFirstPause = absl::Milliseconds(200);
// A stream that lives longer ends and is opened anew.
constexpr absl::Duration kStreamLife = absl::Hours(1);

// ` (documents[3] is FILE:LINE)` where the message blames one document, else the range of the batch.
std::string Place(absl::string_view message, const Batch& batch) {
  constexpr absl::string_view kField = "documents[";
  const size_t at = message.find(kField);
  if (at != absl::string_view::npos) {
    const size_t begin = at + kField.size();
    const absl::string_view number = message.substr(begin, message.find(']', begin) - begin);
    size_t index = 0;
    if (absl::SimpleAtoi(number, &index) && index < batch.size()) {
      return batch.size() == 1 ? batch[0].where : absl::StrCat(batch[index].where, " (documents[", index, "])");
    }
  }
  if (batch.size() == 1) return batch[0].where;
  return absl::StrCat(batch.front().where, " to ", batch.back().where);
}

}  // namespace

Uploader::Uploader(Session& session, UploadOptions options) : session_(session), options_(std::move(options)) {}

absl::Status Uploader::Add(Batch batch) {
  if (!failed_.ok() || batch.empty()) return failed_;
  waiting_.push_back(std::move(batch));
  return Pump(kWindow);
}

absl::Status Uploader::Finish() {
  if (!failed_.ok()) return failed_;
  if (auto sent = Pump(0); !sent.ok() || stream_ == nullptr) return sent;
  auto deadline = session_.Deadline();
  if (!deadline.ok()) return deadline.status();
  // Everything is acknowledged: how the call ends no longer matters.
  (void)stream_->CloseSending(*deadline);
  stream_.reset();
  return absl::OkStatus();
}

absl::Status Uploader::Pump(size_t unanswered_at_most) {
  while (!waiting_.empty() || unanswered_.size() > unanswered_at_most) {
    const bool send = !waiting_.empty() && unanswered_.size() < kWindow;
    const absl::Status step = send ? SendNext() : ReceiveNext();
    if (step.ok()) continue;
    failed_ = Recover(step);
    if (!failed_.ok()) return failed_;
  }
  return absl::OkStatus();
}

absl::Status Uploader::Open() {
  if (stream_ != nullptr) return absl::OkStatus();
  auto client = session_.Client();
  if (!client.ok()) return client.status();
  auto stream = (*client)->OpenStream(kMethod, absl::Now() + kStreamLife);
  if (!stream.ok()) return stream.status();
  stream_ = *std::move(stream);
  answered_since_open_ = false;
  return absl::OkStatus();
}

absl::Status Uploader::SendNext() {
  if (auto opened = Open(); !opened.ok()) return opened;
  auto deadline = session_.Deadline();
  if (!deadline.ok()) return deadline.status();
  auto sent = stream_->Send(ToRequest(options_.collection, options_.run, waiting_.front()), *deadline);
  if (sent.ok() && *sent) {
    unanswered_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    return absl::OkStatus();
  }
  // Earlier batches are settled first, so that a failure is always that of the oldest one.
  if (auto received = ReceiveAll(); !received.ok()) return received;
  return sent.ok() ? ReceiveEnd() : sent.status();
}

absl::Status Uploader::ReceiveEnd() {
  auto deadline = session_.Deadline();
  if (!deadline.ok()) return deadline.status();
  const absl::Status end = stream_->Receive(*deadline).status();
  if (end.ok()) return absl::InternalError("the server answered a batch that it was not given");
  return absl::IsOutOfRange(end) ? absl::UnavailableError(kEndedEarly) : end;
}

absl::Status Uploader::ReceiveAll() {
  while (!unanswered_.empty()) {
    if (auto received = ReceiveNext(); !received.ok()) return received;
  }
  return absl::OkStatus();
}

absl::Status Uploader::ReceiveNext() {
  auto deadline = session_.Deadline();
  if (!deadline.ok()) return deadline.status();
  auto answer = stream_->Receive(*deadline);
  if (absl::IsOutOfRange(answer.status())) return absl::UnavailableError(kEndedEarly);
  if (!answer.ok()) return answer.status();
  totals_.documents += answer->value("document_count", 0U);
  totals_.chunks += answer->value("chunk_count", 0U);
  totals_.findings += answer->value("finding_count", 0U);
  for (const BatchItem& item : unanswered_.front()) totals_.source_bytes += item.source_bytes;
  unanswered_.pop_front();
  failures_in_a_row_ = 0;
  answered_since_open_ = true;
  options_.on_answer(*answer);
  return absl::OkStatus();
}

absl::Status Uploader::Recover(const absl::Status& failure) {
  while (!unanswered_.empty()) {
    waiting_.push_front(std::move(unanswered_.back()));
    unanswered_.pop_back();
  }
  stream_.reset();
  // A server that has never answered is more likely misnamed than restarting.
  const bool passing = (absl::IsUnavailable(failure) && totals_.documents > 0) || absl::IsResourceExhausted(failure) ||
                       (absl::IsDeadlineExceeded(failure) && answered_since_open_);
  if (passing && ++failures_in_a_row_ < kMostFailures) {
    absl::SleepFor(kFirstPause * (1 << failures_in_a_row_));
    return absl::OkStatus();
  }
  return Refused(failure);
}

absl::Status Uploader::Refused(const absl::Status& failure) {
  Batch& batch = waiting_.front();
  const std::string message = absl::StrCat(Place(failure.message(), batch), ": ", failure.message());
  if (!absl::IsInvalidArgument(failure)) return failure;
  if (!options_.on_refused) return absl::InvalidArgumentError(message);
  if (batch.size() == 1) {
    options_.on_refused(message);
    waiting_.pop_front();
    return absl::OkStatus();
  }
  // A batch is refused as a whole; one by one the good documents of it go in.
  Batch items = std::move(batch);
  waiting_.pop_front();
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    waiting_.push_front(Batch());
    waiting_.front().push_back(std::move(*item));
  }
  return absl::OkStatus();
}

}  // namespace usher::cli
