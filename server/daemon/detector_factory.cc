#include <utility>

#include "absl/strings/str_cat.h"
#include "server/daemon/daemon.h"
#include "server/sanitize/external/adapter.h"

namespace usher::daemon {
namespace {

namespace external = sanitize::external;

std::unique_ptr<const external::Adapter> MakeAdapter(const config::Config& config) {
  switch (config.detectors_kind) {
    case config::DetectorKind::kLakera:
      return external::MakeLakeraAdapter(config.detectors_project);
    case config::DetectorKind::kClassifier:
      return external::MakeClassifierAdapter(external::ClassifierInput::kTexts);
    case config::DetectorKind::kTei:
      return external::MakeClassifierAdapter(external::ClassifierInput::kLists);
    case config::DetectorKind::kNemo:
      return external::MakeNemoAdapter(config.detectors_project);
    case config::DetectorKind::kNone:
      break;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::unique_ptr<external::Detector>> MakeDetector(const config::Config& config, const acl::Clock& clock,
                                                                 telemetry::Metrics* metrics) {
  std::unique_ptr<const external::Adapter> adapter = MakeAdapter(config);
  if (adapter == nullptr) return std::unique_ptr<external::Detector>();
  external::AskerOptions options;
  options.url = config.detectors_url;
  options.ca_file = config.detectors_ca_file;
  options.timeout = config.detectors_timeout;
  absl::StatusOr<std::string> key = ReadSecret(config.detectors_api_key_file, "detectors.api_key_file");
  if (!key.ok()) return key.status();
  options.api_key = *std::move(key);
  auto made = external::Detector::Create(options, config.detectors_threshold, std::move(adapter), &clock, metrics);
  if (!made.ok()) return absl::Status(made.status().code(), absl::StrCat("detectors: ", made.status().message()));
  return made;
}

}  // namespace usher::daemon
