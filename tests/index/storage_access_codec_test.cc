#include <flatbuffers/flatbuffers.h>

#include <functional>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/storage/codec.h"
#include "index/storage/records_generated.h"
#include "index/storage/value_frame.h"
#include "tests/index/storage_access_testing.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

using ::testing::HasSubstr;

std::string Sealed(Column column, flatbuffers::FlatBufferBuilder& builder) {
  return Seal(column, "key", {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()});
}

// One record of each kind that this file is about: its value, and how it is read.
struct Sample {
  std::string kind;
  Column column;
  std::string value;  // under the key "key"
  std::function<absl::Status(std::string_view value)> decode;
};

template <typename Record>
Sample SampleOf(const char* kind, Column column, const Record& record,
                std::string (*encode)(std::string_view, const Record&),
                absl::StatusOr<Record> (*decode)(std::string_view, std::string_view)) {
  return {kind, column, encode("key", record),
          [decode](std::string_view value) { return decode("key", value).status(); }};
}

std::vector<Sample> Samples() {
  return {SampleOf("collection", Column::kAcl, ASyncedCollection("c"), EncodeCollection, DecodeCollection),
          SampleOf("document", Column::kDocuments, ADocumentWithChunkRules("d"), EncodeDocument, DecodeDocument),
          SampleOf("api_key", Column::kKeys, AnApiKeyWithGroups("k"), EncodeApiKey, DecodeApiKey),
          SampleOf("folder", Column::kAcl, AFolder("a/b"), EncodeFolder, DecodeFolder),
          SampleOf("clearance", Column::kAcl, AClearance("user:a"), EncodeClearance, DecodeClearance),
          SampleOf("source", Column::kAcl, ASource("hr"), EncodeSource, DecodeSource),
          SampleOf("sync", Column::kAcl, ASync("hr", "s1"), EncodeSync, DecodeSync),
          SampleOf("sync_part", Column::kSyncParts, ASyncPart("s1", 3), EncodeSyncPart, DecodeSyncPart),
          SampleOf("break_glass", Column::kAcl, ABreakGlass("b1"), EncodeBreakGlass, DecodeBreakGlass),
          SampleOf("settings", Column::kAcl, ASettings(), EncodeTenantSettings, DecodeTenantSettings),
          SampleOf("change", Column::kChanges, AChange("payload"), EncodeChange, DecodeChange)};
}

TEST(StorageAccessCodec, EveryRecordSurvivesARoundTripWithHostileStringsInEveryField) {
  for (const std::string& text : HostileStrings()) {
    ExpectEqual(*DecodeCollection("key", EncodeCollection("key", ASyncedCollection(text))), ASyncedCollection(text));
    ExpectEqual(*DecodeDocument("key", EncodeDocument("key", ADocumentWithChunkRules(text))),
                ADocumentWithChunkRules(text));
    ApiKeyRecord api_key = AnApiKeyWithGroups("k");
    api_key.groups.push_back(text);
    ExpectEqual(*DecodeApiKey("key", EncodeApiKey("key", api_key)), api_key);
    EXPECT_EQ(*DecodeFolder("key", EncodeFolder("key", AFolder(text))), AFolder(text));
    EXPECT_EQ(*DecodeClearance("key", EncodeClearance("key", AClearance(text))), AClearance(text));
    SourceRecord source = ASource(text);
    source.collections = {text, text};
    source.held_sync_id = text;
    EXPECT_EQ(*DecodeSource("key", EncodeSource("key", source)), source);
    SyncRecord sync = ASync(text, text);
    sync.last_push = acl::Revision(77);
    EXPECT_EQ(*DecodeSync("key", EncodeSync("key", sync)), sync);
    SyncPartRecord part = ASyncPart(text, 9);
    part.memberships[1] = {text, text};
    part.grants[1].resource = text;
    EXPECT_EQ(*DecodeSyncPart("key", EncodeSyncPart("key", part)), part);
    BreakGlassRecord emergency = ABreakGlass(text);
    emergency.resource = emergency.reason = emergency.approved_by = emergency.ended_by = text;
    EXPECT_EQ(*DecodeBreakGlass("key", EncodeBreakGlass("key", emergency)), emergency);
    TenantSettingsRecord settings = ASettings();
    settings.claim_sources = {text, "", text};
    EXPECT_EQ(*DecodeTenantSettings("key", EncodeTenantSettings("key", settings)), settings);
    EXPECT_EQ(*DecodeChange("key", EncodeChange("key", AChange(text))), AChange(text));
  }
}

TEST(StorageAccessCodec, EmptyRecordsSurviveToo) {
  EXPECT_EQ(*DecodeFolder("", EncodeFolder("", {})), FolderRecord());
  EXPECT_EQ(*DecodeClearance("", EncodeClearance("", {})), ClearanceRecord());
  EXPECT_EQ(*DecodeSource("", EncodeSource("", {})), SourceRecord());
  EXPECT_EQ(*DecodeSync("", EncodeSync("", {})), SyncRecord());
  EXPECT_EQ(*DecodeSyncPart("", EncodeSyncPart("", {})), SyncPartRecord());
  EXPECT_EQ(*DecodeBreakGlass("", EncodeBreakGlass("", {})), BreakGlassRecord());
  EXPECT_EQ(*DecodeTenantSettings("", EncodeTenantSettings("", {})), TenantSettingsRecord());
  EXPECT_EQ(*DecodeChange("", EncodeChange("", {})), ChangeRecord());
}

TEST(StorageAccessCodec, EachPartOfAPolicySurvivesByItself) {
  std::vector<acl::Policy> policies(7);
  policies[1].label.level = acl::kMaxLevel;
  policies[2].label.compartments = {"finance"};
  policies[3].label.purposes = {"audit"};
  policies[4].ceiling = {"everyone"};
  policies[5].owners = {"user:olga"};
  policies[6].rules = {{.effect = acl::Effect::kBreakGlass, .subjects = {"user:alice"}}};
  for (const acl::Policy& policy : policies) {
    FolderRecord folder = AFolder("a");
    folder.policy = policy;
    const absl::StatusOr<FolderRecord> decoded = DecodeFolder("key", EncodeFolder("key", folder));
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(decoded->policy, policy);
  }
}

TEST(StorageAccessCodec, DurationsAndStatesSurviveAtTheirExtremes) {
  for (absl::Duration duration : {absl::InfiniteDuration(), absl::ZeroDuration(), absl::Nanoseconds(1),
                                  -absl::Nanoseconds(1), absl::Hours(1'000'000)}) {
    SourceRecord source = ASource("hr");
    source.max_age = duration;
    EXPECT_EQ(DecodeSource("key", EncodeSource("key", source))->max_age, duration);
  }
  for (BreakGlassState state : {BreakGlassState::kRequested, BreakGlassState::kApproved, BreakGlassState::kEnded}) {
    BreakGlassRecord record = ABreakGlass("b");
    record.state = state;
    EXPECT_EQ(DecodeBreakGlass("key", EncodeBreakGlass("key", record))->state, state);
  }
}

TEST(StorageAccessCodec, APartOfMoreThanAMillionMembershipsIsReadBack) {
  SyncPartRecord part{.sync_id = "s", .number = 0, .memberships = {}, .grants = {}};
  part.memberships.assign(1'000'100, {"g", "m"});
  const absl::StatusOr<SyncPartRecord> decoded = DecodeSyncPart("key", EncodeSyncPart("key", part));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->memberships.size(), part.memberships.size());
}

TEST(StorageAccessCodec, AnyFlippedBitAndAnyCutIsDataLossThatNamesTheRecord) {
  for (const Sample& sample : Samples()) {
    ASSERT_TRUE(sample.decode(sample.value).ok()) << sample.kind;
    for (size_t bit = 0; bit < sample.value.size() * 8; ++bit) {
      std::string damaged = sample.value;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
      const absl::Status status = sample.decode(damaged);
      ASSERT_TRUE(absl::IsDataLoss(status)) << sample.kind << " bit " << bit;
      ASSERT_THAT(std::string(status.message()), HasSubstr("'key' of column family"));
    }
    for (size_t length = 0; length < sample.value.size(); ++length) {
      ASSERT_TRUE(absl::IsDataLoss(sample.decode(sample.value.substr(0, length)))) << sample.kind << " " << length;
    }
  }
}

TEST(StorageAccessCodec, BytesWithARightChecksumThatAreNoFlatbufferAreDataLoss) {
  std::mt19937 random(3);
  for (const Sample& sample : Samples()) {
    const std::string good(*Unseal(sample.column, "key", sample.value));
    int refused = 0;
    for (int i = 0; i < 3'000; ++i) {
      std::string payload = good;
      for (int flips = 0; flips < 3; ++flips) payload[random() % payload.size()] = static_cast<char>(random());
      const absl::Status status = sample.decode(Seal(sample.column, "key", payload));
      ASSERT_TRUE(status.ok() || absl::IsDataLoss(status)) << sample.kind << ": " << status;
      refused += status.ok() ? 0 : 1;
    }
    EXPECT_GT(refused, 100) << sample.kind;
    EXPECT_TRUE(absl::IsDataLoss(sample.decode(Seal(sample.column, "key", "")))) << sample.kind;
  }
}

using Strings = std::vector<std::string>;

// What a policy on disk may hold besides rules; nothing of what is not set.
struct StoredParts {
  std::optional<uint32_t> level;
  Strings compartments, purposes;
  std::optional<Strings> ceiling, owners;
};

std::string FolderWith(const StoredParts& parts) {
  flatbuffers::FlatBufferBuilder builder;
  flatbuffers::Offset<fb::Label> label;
  if (parts.level.has_value()) {
    const auto compartments = builder.CreateVectorOfStrings(parts.compartments);
    label = fb::CreateLabel(builder, *parts.level, compartments, builder.CreateVectorOfStrings(parts.purposes));
  }
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>> ceiling, owners;
  if (parts.ceiling.has_value()) ceiling = builder.CreateVectorOfStrings(*parts.ceiling);
  if (parts.owners.has_value()) owners = builder.CreateVectorOfStrings(*parts.owners);
  const auto rules = builder.CreateVector(std::vector<flatbuffers::Offset<fb::Rule>>());
  const auto policy = fb::CreatePolicy(builder, fb::Inheritance::Inherit, rules, label, ceiling, owners);
  const auto text = builder.CreateString("a");
  builder.Finish(fb::CreateFolder(builder, text, policy, 1, text));
  return Sealed(Column::kAcl, builder);
}

TEST(StorageAccessCodec, APolicyWhoseLabelCeilingOrOwnersAreNotCanonicalIsDataLoss) {
  const StoredParts good{
      .level = 1, .compartments = {"a"}, .purposes = {"b"}, .ceiling = Strings{"user:a"}, .owners = Strings{"user:a"}};
  ASSERT_TRUE(DecodeFolder("key", FolderWith(good)).ok()) << DecodeFolder("key", FolderWith(good)).status();
  std::vector<StoredParts> bad(9, good);
  bad[0].level = acl::kMaxLevel + 1;
  bad[1].compartments = {"b", "a"};
  bad[2].purposes = {"b", "b"};
  bad[3].compartments = {"not a name"};
  bad[4] = {.level = 0, .compartments = {}, .purposes = {}, .ceiling = std::nullopt, .owners = std::nullopt};
  bad[5].ceiling = Strings{};
  bad[6].ceiling = Strings{"nobody in particular"};
  bad[7].owners = Strings{};
  bad[8].owners = Strings{"user:b", "user:a"};
  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeFolder("key", FolderWith(bad[i])).status())) << i;
  }
}

std::string DocumentWithChunks(const std::vector<std::pair<uint32_t, uint32_t>>& numbers_and_levels) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<fb::ChunkPolicy>> chunks;
  const auto policy_of = [&](uint32_t level) {
    const auto none = builder.CreateVectorOfStrings(Strings());
    const auto label = level == 0 ? flatbuffers::Offset<fb::Label>() : fb::CreateLabel(builder, level, none, none);
    const auto rules = builder.CreateVector(std::vector<flatbuffers::Offset<fb::Rule>>());
    return fb::CreatePolicy(builder, fb::Inheritance::Inherit, rules, label);
  };
  for (const auto& [number, level] : numbers_and_levels) {
    chunks.push_back(fb::CreateChunkPolicy(builder, number, policy_of(level)));
  }
  const auto policy = policy_of(0);
  const auto all = builder.CreateVector(chunks);
  const auto text = builder.CreateString("d");
  const fb::Time time(0, 0);
  builder.Finish(fb::CreateDocument(builder, text, 1, text, text, text, policy, 3, 1, &time, all));
  return Sealed(Column::kDocuments, builder);
}

TEST(StorageAccessCodec, RulesOfChunksThatAreEmptyOrOutOfOrderAreDataLoss) {
  EXPECT_EQ(DecodeDocument("key", DocumentWithChunks({{0, 1}, {2, 5}}))->chunk_policies[1].second.label.level, 5u);
  EXPECT_TRUE(absl::IsDataLoss(DecodeDocument("key", DocumentWithChunks({})).status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeDocument("key", DocumentWithChunks({{2, 1}, {0, 1}})).status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeDocument("key", DocumentWithChunks({{2, 1}, {2, 1}})).status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeDocument("key", DocumentWithChunks({{0, 1}, {1, 0}})).status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeDocument("key", DocumentWithChunks({{0, acl::kMaxLevel + 1}})).status()));
}

TEST(StorageAccessCodec, AClearanceThatIsNotCanonicalIsDataLoss) {
  const auto status = [](uint32_t level, Strings compartments) {
    ClearanceRecord record = AClearance("user:a");
    record.clearance = {level, std::move(compartments)};
    return DecodeClearance("key", EncodeClearance("key", record)).status();
  };
  EXPECT_TRUE(status(acl::kMaxLevel, {"a", "b"}).ok());
  EXPECT_TRUE(absl::IsDataLoss(status(acl::kMaxLevel + 1, {})));
  EXPECT_TRUE(absl::IsDataLoss(status(1, {"b", "a"})));
  EXPECT_TRUE(absl::IsDataLoss(status(1, {"a", "a"})));
  EXPECT_TRUE(absl::IsDataLoss(status(1, {"not a name"})));
}

TEST(StorageAccessCodec, AShareAboveAllAndAnUnknownStateOfAnEmergencyAreDataLoss) {
  SourceRecord source = ASource("hr");
  source.share_limit = 100;
  EXPECT_TRUE(DecodeSource("key", EncodeSource("key", source)).ok());
  source.share_limit = 101;
  EXPECT_TRUE(absl::IsDataLoss(DecodeSource("key", EncodeSource("key", source)).status()));
  for (uint8_t state : {uint8_t{0}, uint8_t{4}, uint8_t{200}}) {
    flatbuffers::FlatBufferBuilder builder;
    const auto text = builder.CreateString("b");
    const fb::Time time(0, 0);
    builder.Finish(fb::CreateBreakGlass(builder, text, text, text, text, text, &time, &time, text, &time, &time, text,
                                        &time, static_cast<fb::BreakGlassState>(state)));
    EXPECT_TRUE(absl::IsDataLoss(DecodeBreakGlass("key", Sealed(Column::kAcl, builder)).status())) << int{state};
  }
}

TEST(StorageAccessCodec, SwitchesThatAreMissingAreReadAsTheStricterChoice) {
  flatbuffers::FlatBufferBuilder builder;
  const auto none = builder.CreateVectorOfStrings(Strings());
  fb::TenantSettingsBuilder settings(builder);
  settings.add_claim_sources(none);
  builder.Finish(settings.Finish());
  EXPECT_TRUE(DecodeTenantSettings("key", Sealed(Column::kAcl, builder))->require_known_subjects);

  flatbuffers::FlatBufferBuilder other;
  const auto names = other.CreateVectorOfStrings(Strings());
  const auto text = other.CreateString("s");
  const fb::Time time(0, 0);
  fb::SourceBuilder source(other);
  source.add_name(text);
  source.add_agents(names);
  source.add_max_age(&time);
  source.add_collections(names);
  source.add_last_commit(&time);
  source.add_create_time(&time);
  source.add_held_sync_id(text);
  source.add_held_reason(text);
  other.Finish(source.Finish());
  const absl::StatusOr<SourceRecord> record = DecodeSource("key", Sealed(Column::kAcl, other));
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_TRUE(record->deny_when_stale);
  EXPECT_TRUE(record->held);
}

}  // namespace
}  // namespace usher::storage
