// Judges JSON lines {"id", "text"} with the injection detector, or writes the features that its training reads.
//
//   judge WEIGHTS < samples.jsonl            writes {"id", "score", "worst", "hits"} a line
//   judge --features OUT < samples.jsonl     writes binary features (see WriteFeatures), read by train/train.py
//   judge --speed WEIGHTS < samples.jsonl    writes texts a second on one core
#include <cstdint>
#include <ctime>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "server/sanitize/injection/evidence.h"
#include "server/sanitize/injection/features.h"
#include "server/sanitize/injection/grammar.h"
#include "server/sanitize/injection/injection_detector.h"
#include "server/sanitize/injection/view.h"

namespace usher::sanitize::injection {
namespace {

using Json = nlohmann::json;

void WriteWord(std::ofstream& out, uint32_t value) { out.write(reinterpret_cast<const char*>(&value), sizeof(value)); }

// A text: count of sentences, then for each its source begin and end, the patterns' log odds in thousandths, and for
// each group of features the count and the indices; all uint32 in the machine's order.
void WriteFeatures(const std::string& text, std::ofstream& out) {
  const View view = View::Of(text);
  const Reading reading = Read(view.text);
  FeatureExtractor extractor(view, text, reading);
  Features features;
  WriteWord(out, static_cast<uint32_t>(reading.sentences.size()));
  for (size_t i = 0; i < reading.sentences.size(); ++i) {
    const Span span = view.ToSource(reading.sentences[i].bytes);
    WriteWord(out, static_cast<uint32_t>(span.begin));
    WriteWord(out, static_cast<uint32_t>(span.end));
    WriteWord(out, static_cast<uint32_t>(1000 * PatternLogOdds(Grammar::Get().Match(reading, reading.sentences[i]))));
    extractor.Extract(i, features);
    for (const std::vector<uint32_t>& group : features.groups) {
      WriteWord(out, static_cast<uint32_t>(group.size()));
      for (const uint32_t index : group) WriteWord(out, index);
    }
  }
}

Json Describe(const Json& sample, const Judgement& judgement) {
  Json hits = Json::array();
  for (const Hit& hit : judgement.hits) {
    hits.push_back({{"rule", hit.rule}, {"start", hit.span.begin}, {"end", hit.span.end}, {"score", hit.score}});
  }
  return {{"id", sample.at("id")},
          {"score", judgement.score},
          {"worst", {judgement.worst.begin, judgement.worst.end}},
          {"hits", hits}};
}

double TextsPerSecond(const InjectionDetector& detector, const std::vector<Json>& samples) {
  std::vector<std::string> texts;
  size_t bytes = 0;
  for (const Json& sample : samples) {
    texts.push_back(sample.at("text"));
    bytes += texts.back().size();
  }
  double checksum = 0;
  for (const std::string& text : texts) checksum += detector.Judge(text, DecodePayloads(text)).score;  // warms up
  const std::clock_t start = std::clock();  // processor time, so that neighbours do not count
  for (const std::string& text : texts) checksum -= detector.Judge(text, DecodePayloads(text)).score;
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::cerr << bytes / texts.size() << " bytes a text, difference of two runs " << checksum << '\n';
  return static_cast<double>(texts.size()) / seconds;
}

int Run(const std::vector<std::string>& arguments) {
  std::vector<Json> samples;
  for (std::string line; std::getline(std::cin, line);) samples.push_back(Json::parse(line));
  if (arguments[0] == "--features") {
    std::ofstream out(arguments.back(), std::ios::binary);
    for (const Json& sample : samples) WriteFeatures(sample.at("text"), out);
    return out.good() ? 0 : 1;
  }
  const auto detector = InjectionDetector::Load(arguments.back());
  if (!detector.ok()) {
    std::cerr << detector.status() << '\n';
    return 1;
  }
  if (arguments[0] == "--speed") {
    std::cout << TextsPerSecond(**detector, samples) << " texts/s\n";
    return 0;
  }
  for (const Json& sample : samples) {
    const std::string text = sample.at("text");
    std::cout << Describe(sample, (*detector)->Judge(text, DecodePayloads(text))).dump() << '\n';
  }
  return 0;
}

}  // namespace
}  // namespace usher::sanitize::injection

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::cerr << "usage: judge [--features | --speed] FILE < samples.jsonl\n";
    return 2;
  }
  return usher::sanitize::injection::Run({argv + 1, argv + argc});
}
