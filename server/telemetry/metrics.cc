#include "server/telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"

namespace usher::telemetry {
namespace {

using prometheus::Counter;
using prometheus::Histogram;

constexpr size_t kOutcomes = static_cast<size_t>(absl::StatusCode::kUnauthenticated) + 1;
// The last stands for a path that this list does not know yet.
constexpr std::array<std::string_view, 6> kPaths = {"exact", "runs", "cells", "graph", "graph+exact", "other"};
constexpr std::array<std::string_view, 4> kFates = {"compared", "dropped", "expired", "failed"};
constexpr std::array<std::string_view, 6> kDetectorOutcomes = {"labelled",  "timeout", "refused",
                                                               "malformed", "open",    "busy"};

const Histogram::BucketBoundaries& Seconds() {
  static const auto& bounds = *new Histogram::BucketBoundaries{0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                               0.1,     0.25,   0.5,   1,      2.5,   5,    10,    30};
  return bounds;
}

const Histogram::BucketBoundaries& Recalls() {
  static const auto& bounds = *new Histogram::BucketBoundaries{0.5, 0.8, 0.9, 0.95, 0.98, 0.999, 1};
  return bounds;
}

std::string OutcomeName(size_t code) {
  return absl::AsciiStrToLower(absl::StatusCodeToString(static_cast<absl::StatusCode>(code)));
}

prometheus::MetricFamily Single(std::string name, std::string help, prometheus::MetricType type, uint64_t value) {
  prometheus::ClientMetric metric;
  (type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = static_cast<double>(value);
  return {std::move(name), std::move(help), type, {metric}};
}

void AppendFigures(const ServerFigures& figures, std::vector<prometheus::MetricFamily>& families) {
  constexpr auto kCounter = prometheus::MetricType::Counter;
  constexpr auto kGauge = prometheus::MetricType::Gauge;
  families.push_back(Single("usher_verify_defects_total",
                            "Chunks that the search let through and the check before sending refused although no rule "
                            "had changed. Anything but 0 is a defect of Usher",
                            kCounter, figures.verify_defects));
  families.push_back(Single("usher_index_maintenance_jobs_total", "Times that segments were sealed or merged", kCounter,
                            figures.index.maintenance_jobs));
  families.push_back(
      Single("usher_index_segments", "Sealed segments of all collections", kGauge, figures.index.shape.segments));
  families.push_back(Single("usher_index_head_rows", "Rows not sealed yet, removed ones among them", kGauge,
                            figures.index.shape.head_rows));
  families.push_back(
      Single("usher_index_live_rows", "Chunks that somebody may find", kGauge, figures.index.shape.live_rows));
  families.push_back(Single("usher_canary_alarms_total",
                            "Times a chunk with a planted string was about to leave, or was met in the store", kCounter,
                            figures.canary_alarms));
  families.push_back(Single("usher_policies_refused",
                            "Policy files that do not load; what they said before still applies", kGauge,
                            figures.refused_policies));
  families.push_back(Single("usher_policy_review_chunks_total",
                            "Stored chunks that were cleaned to tell what a policy does to them", kCounter,
                            figures.chunks_reviewed));
  families.push_back(Single("usher_hub_chunks",
                            "Chunks that appear in far too many answers, whatever was asked; `usher collection hubs` "
                            "names them to owners",
                            kGauge, figures.hubs));
}

}  // namespace

struct Metrics::State {
  explicit State(std::function<ServerFigures()> reader);
  std::vector<prometheus::MetricFamily> Collect() const;

  const std::function<ServerFigures()> read;
  prometheus::Registry registry;
  // All point into the registry, which never moves or removes them.
  std::array<Counter*, kOutcomes> calls{};
  Histogram* latency = nullptr;
  std::array<Counter*, kPaths.size()> searches{};
  Counter* scanned = nullptr;
  std::array<Counter*, kFates.size()> samples{};
  std::array<Counter*, kDetectorOutcomes.size()> detector_calls{};
  std::array<std::array<Histogram*, kApproximatePaths.size()>, kShareSteps.size()> recalls{};
};

Metrics::State::State(std::function<ServerFigures()> reader) : read(std::move(reader)) {
  auto& by_outcome = prometheus::BuildCounter()
                         .Name("usher_search_queries_total")
                         .Help("Queries that were asked, by how their call ended")
                         .Register(registry);
  for (size_t i = 0; i < kOutcomes; ++i) calls[i] = &by_outcome.Add({{"outcome", OutcomeName(i)}});
  latency = &prometheus::BuildHistogram()
                 .Name("usher_search_duration_seconds")
                 .Help("Time from a search call's arrival to its answer or refusal")
                 .Register(registry)
                 .Add({}, Seconds());
  auto& by_path = prometheus::BuildCounter()
                      .Name("usher_searches_total")
                      .Help("Searches of an index, by path; a query is searched again when rules change meanwhile")
                      .Register(registry);
  for (size_t i = 0; i < kPaths.size(); ++i) searches[i] = &by_path.Add({{"path", std::string(kPaths[i])}});
  scanned = &prometheus::BuildCounter()
                 .Name("usher_search_scanned_chunks_total")
                 .Help("Authorised chunks whose distance was computed")
                 .Register(registry)
                 .Add({});
  auto& by_fate = prometheus::BuildCounter()
                      .Name("usher_recall_samples_total")
                      .Help("Queries chosen to be repeated exactly, by what became of them")
                      .Register(registry);
  for (size_t i = 0; i < kFates.size(); ++i) samples[i] = &by_fate.Add({{"fate", std::string(kFates[i])}});
  auto& by_detector_outcome = prometheus::BuildCounter()
                                  .Name("usher_detector_calls_total")
                                  .Help("Requests to the external detector, by how they ended")
                                  .Register(registry);
  for (size_t i = 0; i < kDetectorOutcomes.size(); ++i) {
    detector_calls[i] = &by_detector_outcome.Add({{"outcome", std::string(kDetectorOutcomes[i])}});
  }
  auto& by_shape = prometheus::BuildHistogram()
                       .Name("usher_search_recall")
                       .Help(
                           "Share of the exact results that sampled searches found, by path and by the largest share "
                           "of the collection that their asker could find")
                       .Register(registry);
  for (size_t share = 0; share < kShareSteps.size(); ++share) {
    for (size_t path = 0; path < kApproximatePaths.size(); ++path) {
      const prometheus::Labels labels = {{"share", std::string(kShareSteps[share].label)},
                                         {"path", std::string(kApproximatePaths[path])}};
      recalls[share][path] = &by_shape.Add(labels, Recalls());
    }
  }
}

std::vector<prometheus::MetricFamily> Metrics::State::Collect() const {
  std::vector<prometheus::MetricFamily> families = registry.Collect();
  AppendFigures(read(), families);
  return families;
}

Metrics::Metrics(std::function<ServerFigures()> read) : state_(std::make_unique<State>(std::move(read))) {}
Metrics::~Metrics() = default;

void Metrics::CountCall(absl::StatusCode outcome, uint64_t queries, absl::Duration taken) {
  const size_t code = static_cast<size_t>(outcome);
  state_->calls[code < kOutcomes ? code : static_cast<size_t>(absl::StatusCode::kUnknown)]->Increment(
      static_cast<double>(queries));
  state_->latency->Observe(absl::ToDoubleSeconds(taken));
}

void Metrics::CountSearch(std::string_view path, uint64_t scanned) {
  size_t place = 0;
  while (place + 1 < kPaths.size() && kPaths[place] != path) ++place;
  state_->searches[place]->Increment();
  state_->scanned->Increment(static_cast<double>(scanned));
}

void Metrics::CountRecall(const AccessShape& shape, double recall) {
  state_->recalls[shape.share][shape.path]->Observe(recall);
}

void Metrics::CountSample(SampleFate fate) { state_->samples[static_cast<size_t>(fate)]->Increment(); }

void Metrics::CountDetectorCall(DetectorOutcome outcome) {
  state_->detector_calls[static_cast<size_t>(outcome)]->Increment();
}

std::string Metrics::Text() const {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, state_->Collect());
  return text.str();
}

}  // namespace usher::telemetry
