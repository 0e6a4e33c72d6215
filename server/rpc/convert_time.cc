#include "server/rpc/convert_time.h"

#include "absl/strings/str_cat.h"
#include "server/status_detail.h"

namespace usher::rpc {

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp message;
  const int64_t seconds = absl::ToUnixSeconds(time);
  message.set_seconds(seconds);
  message.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return message;
}

google::protobuf::Duration ToProto(absl::Duration duration) {
  google::protobuf::Duration message;
  absl::Duration rest;
  message.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  message.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  return message;
}

absl::StatusOr<absl::Time> TimeFromProto(const google::protobuf::Timestamp& time, const std::string& field) {
  // The range that protobuf itself gives timestamps: years 1 to 9999.
  constexpr int64_t kMin = -62'135'596'800;
  constexpr int64_t kMax = 253'402'300'799;
  if (time.seconds() < kMin || time.seconds() > kMax || time.nanos() < 0 || time.nanos() >= 1'000'000'000) {
    return AtField(absl::InvalidArgumentError("is not a valid timestamp"), field);
  }
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

absl::StatusOr<absl::Duration> DurationFromProto(const google::protobuf::Duration& duration,
                                                 const DurationBounds& bounds, const std::string& field) {
  constexpr int64_t kMaxSeconds = 315'576'000'000;  // the range that protobuf itself gives durations
  const bool valid = duration.seconds() >= -kMaxSeconds && duration.seconds() <= kMaxSeconds &&
                     duration.nanos() > -1'000'000'000 && duration.nanos() < 1'000'000'000 &&
                     (duration.seconds() <= 0 || duration.nanos() >= 0) &&
                     (duration.seconds() >= 0 || duration.nanos() <= 0);
  const absl::Duration value =
      valid ? absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos()) : -absl::InfiniteDuration();
  if (value >= bounds.min && value <= bounds.max) return value;
  return AtField(absl::InvalidArgumentError(absl::StrCat("must be ", bounds.bounds)), field);
}

}  // namespace usher::rpc
