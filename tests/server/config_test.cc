// What the server is told at start: nothing is silently ignored, and every refusal names what to change.
#include "server/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "server/config/settings.h"
#include "tests/temporary_folder.h"

namespace usher::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kData[] = "data_dir: /var/lib/usher\n";

absl::StatusOr<Config> Parse(const std::string& yaml, const Environment& environment = {}) {
  return ParseConfig("usher.yaml", absl::StrCat(kData, yaml), environment);
}

std::string Refusal(const std::string& yaml, const Environment& environment = {}) {
  const absl::Status status = Parse(yaml, environment).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << yaml;
  return std::string(status.message());
}

// Every setting's value, to compare two configurations by.
std::string Shown(const Config& config) {
  std::string text;
  for (const Setting& setting : Settings()) absl::StrAppend(&text, setting.path, "=", setting.show(config), "\n");
  return text;
}

TEST(ConfigTest, DefaultsHoldWhereNothingIsSaid) {
  const auto config = Parse("");
  ASSERT_TRUE(config.ok()) << config.status();
  Config defaults;
  defaults.data_dir = "/var/lib/usher";
  EXPECT_EQ(Shown(*config), Shown(defaults));
}

TEST(ConfigTest, AFileIsRead) {
  const auto config = Parse(
      "listen: \"[::1]:9\"\nlog:\n  level: error\ntls:\n  certificate_file: c.pem\n  key_file: k.pem\n"
      "  client_ca_file: a.pem\nembedding:\n  provider: none\nlimits:\n  max_calls: 7\n  drain_time: 1m30s\n");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->listen, "[::1]:9");
  EXPECT_EQ(config->log_level, "error");
  EXPECT_EQ(config->tls_client_ca_file, "a.pem");
  EXPECT_EQ(config->embedding_provider, EmbeddingProvider::kNone);
  EXPECT_EQ(config->limits_max_calls, 7);
  EXPECT_EQ(config->limits_drain_time, absl::Seconds(90));
}

TEST(ConfigTest, AnUnknownKeyNamesFileAndLine) {
  EXPECT_THAT(Refusal("listen: 127.0.0.1:1\nlisten_adress: x\n"),
              AllOf(HasSubstr("usher.yaml, line 3"), HasSubstr("'listen_adress'")));
  EXPECT_THAT(Refusal("tls:\n  certificat_file: x\n"), AllOf(HasSubstr("line 3"), HasSubstr("'tls.certificat_file'")));
  EXPECT_THAT(Refusal("tls:\n  key_file:\n    path: x\n"), AllOf(HasSubstr("line 3"), HasSubstr("'tls.key_file'")));
  EXPECT_THAT(Refusal("listen: [a, b]\n"), HasSubstr("'listen'"));
}

TEST(ConfigTest, AKeySetTwiceIsRefused) {
  EXPECT_THAT(Refusal("listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n"), HasSubstr("'listen' is set twice"));
}

TEST(ConfigTest, WhatIsNoMapIsRefused) {
  EXPECT_EQ(ParseConfig("f", "- a\n- b\n", {}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ParseConfig("f", "just text", {}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Refusal("listen: \"unclosed\nlog: {"), HasSubstr("usher.yaml, line"));
  EXPECT_THAT(Refusal("? [a, b]\n: c\n"), HasSubstr("usher.yaml"));
}

TEST(ConfigTest, TheEnvironmentWinsOverTheFile) {
  const auto config = Parse("limits:\n  max_calls: 7\nlisten: 127.0.0.1:1\n",
                            {{"USHER_LIMITS_MAX_CALLS", "9"}, {"USHER_LOG_LEVEL", "debug"}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->limits_max_calls, 9);
  EXPECT_EQ(config->log_level, "debug");
  EXPECT_EQ(config->listen, "127.0.0.1:1");
}

TEST(ConfigTest, AVariableThatNamesNoSettingIsRefused) {
  EXPECT_THAT(Refusal("", {{"USHER_LIMITS_MAX_CALL", "9"}}), HasSubstr("USHER_LIMITS_MAX_CALL"));
  EXPECT_THAT(Refusal("", {{"USHER_limits_max_calls", "9"}}), HasSubstr("USHER_limits_max_calls"));
  EXPECT_TRUE(Parse("", {{"USHER_API_KEY", "x"}, {"USHER_SERVER", "y"}}).ok()) << "the clients' variables are theirs";
}

TEST(ConfigTest, ABadValueNamesWhereItWasSet) {
  EXPECT_THAT(Refusal("", {{"USHER_LIMITS_MAX_CALLS", "many"}}),
              AllOf(HasSubstr("USHER_LIMITS_MAX_CALLS"), HasSubstr("'many'")));
  EXPECT_THAT(Refusal("limits:\n  max_calls: many\n"), AllOf(HasSubstr("usher.yaml"), HasSubstr("limits.max_calls")));
}

TEST(ConfigTest, NumbersOutOfRangeAreRefused) {
  for (const char* value : {"0", "10001", "-1", "1.5", "1e3", "0x10", "", "~", "99999999999999999999", "7 7"}) {
    EXPECT_THAT(Refusal(absl::StrCat("limits:\n  max_calls: ", value, "\n")), HasSubstr("limits.max_calls")) << value;
  }
}

TEST(ConfigTest, DurationsOutOfRangeAreRefused) {
  for (const char* value : {"0s", "999ms", "11m", "-1s", "30", "inf", "soon", ""}) {
    EXPECT_THAT(Refusal(absl::StrCat("limits:\n  max_query_time: ", value, "\n")), HasSubstr("limits.max_query_time"))
        << value;
  }
}

TEST(ConfigTest, ChoicesOutsideTheirListAreRefused) {
  EXPECT_THAT(Refusal("log:\n  level: loud\n"), HasSubstr("debug, info, warning or error"));
  EXPECT_THAT(Refusal("embedding:\n  provider: magic\n"), HasSubstr("static, http or none"));
  EXPECT_THAT(Refusal("detectors:\n  kind: other\n"), HasSubstr("none, lakera, classifier, tei or nemo"));
  EXPECT_THAT(Refusal("index:\n  row_format: half\n"), HasSubstr("must be float32 or float16"));
  EXPECT_THAT(Refusal("index:\n  row_format: FLOAT16\n"), HasSubstr("index.row_format"));
}

TEST(ConfigTest, EveryChoiceIsTakenAndShownByItsWord) {
  EXPECT_EQ(Parse("")->index_row_format, RowFormat::kFloat32);
  EXPECT_EQ(Parse("index:\n  row_format: float16\n")->index_row_format, RowFormat::kFloat16);
  EXPECT_EQ(Parse("", {{"USHER_INDEX_ROW_FORMAT", "float16"}})->index_row_format, RowFormat::kFloat16);
  for (const char* choice : {"index.row_format=float16", "embedding.provider=none", "log.level=debug"}) {
    const std::vector<std::string> parts = absl::StrSplit(choice, absl::ByAnyChar(".="));
    const auto config = Parse(absl::StrCat(parts[0], ":\n  ", parts[1], ": ", parts[2], "\n"));
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_THAT(Shown(*config), HasSubstr(absl::StrCat(choice, "\n")));
  }
}

TEST(ConfigTest, HalfACertificateIsRefused) {
  EXPECT_THAT(Refusal("tls:\n  certificate_file: c.pem\n"), HasSubstr("certificate_file and key_file"));
  EXPECT_THAT(Refusal("tls:\n  key_file: k.pem\n"), HasSubstr("certificate_file and key_file"));
  EXPECT_THAT(Refusal("tls:\n  client_ca_file: a.pem\n"), HasSubstr("tls.client_ca_file"));
  EXPECT_THAT(Refusal("tls:\n  key_file: k.pem\n", {{"USHER_TLS_KEY_FILE", ""}, {"USHER_TLS_CERTIFICATE_FILE", "c"}}),
              HasSubstr("certificate_file and key_file"));
}

TEST(ConfigTest, AnIncompleteHttpEmbedderIsRefused) {
  EXPECT_THAT(Refusal("embedding:\n  provider: http\n  url: http://h\n  model: m\n"), HasSubstr("dimension"));
  EXPECT_TRUE(Parse("embedding:\n  provider: http\n  url: http://h\n  model: m\n  dimension: 8\n").ok());
}

TEST(ConfigTest, TextsGoToADetectorOnlyWhereOneIsNamedWithItsUrl) {
  EXPECT_EQ(Parse("detectors:\n  url: https://h/v2/guard\n")->detectors_kind, DetectorKind::kNone);
  EXPECT_THAT(Refusal("detectors:\n  kind: lakera\n"), HasSubstr("detectors.url"));
  const auto config = Parse("detectors:\n  kind: tei\n  url: http://127.0.0.1:1/predict\n  timeout: 80ms\n");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->detectors_kind, DetectorKind::kTei);
  EXPECT_EQ(config->detectors_timeout, absl::Milliseconds(80));
  EXPECT_THAT(Refusal("detectors:\n  timeout: 9ms\n"), HasSubstr("10ms to 10s"));
  EXPECT_THAT(Refusal("detectors:\n  threshold: 1.5\n"), HasSubstr("detectors.threshold"));
  EXPECT_THAT(Refusal("detectors:\n  kind: tei\n  url: http://127.0.0.1:1/predict\n  project: p\n"),
              HasSubstr("detectors.project"));
}

TEST(ConfigTest, WithoutADataFolderNothingStarts) {
  EXPECT_THAT(std::string(ParseConfig("f", "", {}).status().message()), HasSubstr("data_dir"));
  EXPECT_TRUE(LoadConfig("", {{"USHER_DATA_DIR", "/d"}}).ok());
}

TEST(ConfigTest, AMissingFileIsNamed) {
  const absl::Status status = LoadConfig("/nowhere/usher.yaml", {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nowhere/usher.yaml"));
}

TEST(ConfigTest, AFileOnDiskIsReadWithItsName) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.path() + "/u.yaml";
  std::ofstream(path) << "data_dir: /d\nwrong: 1\n";
  EXPECT_THAT(std::string(LoadConfig(path, {}).status().message()), HasSubstr(path + ", line 2"));
}

TEST(DocumentedConfigTest, ParsesBackToTheDefaults) {
  const std::string text = absl::StrReplaceAll(DocumentedConfig(), {{"data_dir: \"\"", "data_dir: \"/d\""}});
  const auto config = ParseConfig("documented", text, {});
  ASSERT_TRUE(config.ok()) << config.status();
  Config defaults;
  defaults.data_dir = "/d";
  EXPECT_EQ(Shown(*config), Shown(defaults));
}

TEST(ConfigTest, AShareIsANumberFromZeroToOne) {
  for (const char* share : {"0", "1", "0.001", "1e-3", ".5"}) {
    EXPECT_TRUE(Parse(absl::StrCat("recall: {sample_share: ", share, "}\n")).ok()) << share;
  }
  EXPECT_EQ(Parse("recall: {sample_share: 0.25}\n")->recall_sample_share, 0.25);
  for (const char* share : {"-0.1", "1.01", "nan", "inf", "half", "1%", "''"}) {
    EXPECT_THAT(Refusal(absl::StrCat("recall: {sample_share: ", share, "}\n")),
                AllOf(HasSubstr("recall.sample_share"), HasSubstr("from 0 to 1")))
        << share;
  }
}

TEST(DocumentedConfigTest, ExplainsEverySettingAndNamesItsVariable) {
  const std::string text = DocumentedConfig();
  for (const Setting& setting : Settings()) {
    EXPECT_THAT(text, HasSubstr(absl::StrCat("# ", setting.meaning, " [", setting.Variable(), "]")));
  }
}

TEST(DocumentedConfigTest, IsTheFileThatIsShipped) {
  std::ifstream file(USHER_SHIPPED_CONFIG);
  std::ostringstream shipped;
  ASSERT_TRUE(file && shipped << file.rdbuf()) << USHER_SHIPPED_CONFIG;
  const std::string expected =
      absl::StrReplaceAll(DocumentedConfig(), {{"data_dir: \"\"", "data_dir: \"/var/lib/usher\""}});
  EXPECT_EQ(shipped.str(), expected) << "make it anew: usherd config, with data_dir set";
}

}  // namespace
}  // namespace usher::config
