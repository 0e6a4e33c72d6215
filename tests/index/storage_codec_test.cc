#include "index/storage/codec.h"

#include <flatbuffers/flatbuffers.h>

#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/storage/records_generated.h"
#include "index/storage/value_frame.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

using ::testing::HasSubstr;

std::string Sealed(Column column, std::string_view key, flatbuffers::FlatBufferBuilder& builder) {
  return Seal(column, key, {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()});
}

// A document that is well formed and checksummed, but for what the arguments put into it.
std::string DocumentWith(fb::Effect effect, fb::Inheritance inheritance, const std::vector<std::string>& subjects,
                         uint32_t nanos = 0) {
  flatbuffers::FlatBufferBuilder builder;
  const fb::Time past(std::numeric_limits<int64_t>::min(), 0), future(std::numeric_limits<int64_t>::max(), 0);
  const fb::Time update_time(5, nanos);
  const auto names = builder.CreateVectorOfStrings(subjects);
  const std::vector rules = {fb::CreateRule(builder, effect, names, &past, &future)};
  const auto policy = fb::CreatePolicy(builder, inheritance, builder.CreateVector(rules));
  const auto id = builder.CreateString("d");
  builder.Finish(fb::CreateDocument(builder, id, 1, id, id, id, policy, 0, 1, &update_time));
  return Sealed(Column::kDocuments, "key", builder);
}

TEST(StorageCodec, EveryRecordSurvivesARoundTripWithHostileStringsInEveryField) {
  std::mt19937 random(1);
  const std::vector<std::string> strings = HostileStrings();
  const auto any = [&] { return strings[random() % strings.size()]; };
  for (int i = 0; i < 200; ++i) {
    const std::string key = any();
    CollectionRecord collection = ACollection(random(), any());
    collection.embedding_model = any();
    collection.dimension = static_cast<int32_t>(random());
    collection.fields = {{any() + "1", fields::Type::kTime}, {any() + "2", fields::Type::kText}};
    ExpectEqual(*DecodeCollection(key, EncodeCollection(key, collection)), collection);
    DocumentRecord document = ADocument(any(), random());
    document.title = any();
    document.metadata_json = any();
    document.chunk_metadata = random() % 2 == 0;
    ExpectEqual(*DecodeDocument(key, EncodeDocument(key, document)), document);
    ChunkRecord chunk = AChunk(any(), any());
    chunk.headings = {any(), any(), any()};
    chunk.metadata_json = any();
    ExpectEqual(*DecodeChunk(key, EncodeChunk(key, chunk)), chunk);
    const MembershipRecord membership{any(), any()};
    EXPECT_EQ(*DecodeMembership(key, EncodeMembership(key, membership)), membership);
    ApiKeyRecord api_key = AnApiKey(any());
    api_key.salt = any();
    api_key.revoked = random() % 2 == 0;
    ExpectEqual(*DecodeApiKey(key, EncodeApiKey(key, api_key)), api_key);
    RequestRecord request = ARequest(random());
    request.response = any();
    ExpectEqual(*DecodeRequest(key, EncodeRequest(key, request)), request);
  }
}

TEST(StorageCodec, EmptyRecordsAndExtremeTimesSurviveToo) {
  ExpectEqual(*DecodeCollection("", EncodeCollection("", {})), {});
  ExpectEqual(*DecodeDocument("", EncodeDocument("", {})), {});
  ExpectEqual(*DecodeChunk("", EncodeChunk("", {})), {});
  ExpectEqual(*DecodeApiKey("", EncodeApiKey("", {})), {});
  for (absl::Time time : {absl::InfinitePast(), absl::InfiniteFuture(), absl::UnixEpoch() - absl::Nanoseconds(1),
                          absl::FromUnixSeconds(1ll << 50)}) {
    RequestRecord request;
    request.time = time;
    EXPECT_EQ(DecodeRequest("k", EncodeRequest("k", request))->time, time);
  }
}

TEST(StorageCodec, VectorsSurviveByteForByte) {
  for (const std::vector<float>& vector : {std::vector<float>{}, AVector(3), std::vector<float>(4096, -0.0f)}) {
    std::vector<float> decoded = {9};
    ASSERT_TRUE(DecodeVector("k", EncodeVector("k", vector), decoded).ok());
    EXPECT_EQ(decoded, vector);
  }
  std::vector<float> decoded;
  EXPECT_TRUE(absl::IsDataLoss(DecodeVector("k", Seal(Column::kVectors, "k", "12345"), decoded)));
}

TEST(StorageCodec, AnyFlippedBitAndAnyCutIsDataLossThatNamesTheRecord) {
  const std::string value = EncodeDocument("the-key", ADocument("d", 1));
  for (size_t bit = 0; bit < value.size() * 8; ++bit) {
    std::string damaged = value;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const absl::Status status = DecodeDocument("the-key", damaged).status();
    ASSERT_TRUE(absl::IsDataLoss(status)) << "bit " << bit;
    ASSERT_THAT(std::string(status.message()), HasSubstr("'the-key' of column family 'documents'"));
  }
  for (size_t length = 0; length < value.size(); ++length) {
    ASSERT_TRUE(absl::IsDataLoss(DecodeDocument("the-key", value.substr(0, length)).status())) << length;
  }
}

TEST(StorageCodec, AValueUnderAnotherKeyOrInAnotherColumnIsDataLoss) {
  const std::string value = EncodeMembership("key", {"group:eng", "user:alice"});
  EXPECT_TRUE(DecodeMembership("key", value).ok());
  EXPECT_TRUE(absl::IsDataLoss(DecodeMembership("kez", value).status()));
  EXPECT_TRUE(absl::IsDataLoss(Unseal(Column::kDocuments, "key", value).status()));
}

TEST(StorageCodec, BytesWithARightChecksumThatAreNoFlatbufferAreDataLoss) {
  std::mt19937 random(2);
  const std::string good = EncodeChunk("k", AChunk("d", "text"));
  for (int i = 0; i < 20'000; ++i) {
    std::string payload(*Unseal(Column::kChunks, "k", good));
    for (int flips = 0; flips < 3; ++flips) payload[random() % payload.size()] = static_cast<char>(random());
    const absl::StatusOr<ChunkRecord> chunk = DecodeChunk("k", Seal(Column::kChunks, "k", payload));
    ASSERT_TRUE(chunk.ok() || absl::IsDataLoss(chunk.status())) << chunk.status();
  }
  EXPECT_TRUE(absl::IsDataLoss(DecodeChunk("k", Seal(Column::kChunks, "k", "")).status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeChunk("k", Seal(Column::kChunks, "k", "nonsense")).status()));
}

TEST(StorageCodec, APolicyThatIsNotCanonicalOrNotKnownIsDataLossAndNeverARule) {
  using fb::Effect;
  using fb::Inheritance;
  const std::vector<std::string> alice = {"user:alice"};
  ASSERT_TRUE(DecodeDocument("key", DocumentWith(Effect::Allow, Inheritance::Replace, alice)).ok());
  const std::vector<std::string> bad_values = {
      DocumentWith(Effect::Unknown, Inheritance::Replace, alice),
      DocumentWith(static_cast<Effect>(4), Inheritance::Replace, alice),
      DocumentWith(Effect::Allow, Inheritance::Unknown, alice),
      DocumentWith(Effect::Allow, static_cast<Inheritance>(200), alice),
      DocumentWith(Effect::Allow, Inheritance::Inherit, alice),
      DocumentWith(Effect::Allow, Inheritance::Replace, {}),
      DocumentWith(Effect::Allow, Inheritance::Replace, {"user:bob", "user:alice"}),
      DocumentWith(Effect::Allow, Inheritance::Replace, {"user:alice", "user:alice"}),
      DocumentWith(Effect::Deny, Inheritance::Replace, {"not a subject"}),
      DocumentWith(Effect::Allow, Inheritance::Replace, alice, 1'000'000'000)};
  for (size_t i = 0; i < bad_values.size(); ++i) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeDocument("key", bad_values[i]).status())) << i;
  }
}

TEST(StorageCodec, AMissingFieldIsDataLossRatherThanADefault) {
  flatbuffers::FlatBufferBuilder builder;
  const auto id = builder.CreateString("d");
  fb::DocumentBuilder document(builder);
  document.add_id(id);
  builder.Finish(flatbuffers::Offset<fb::Document>(builder.EndTable(document.start_)));
  EXPECT_TRUE(absl::IsDataLoss(DecodeDocument("key", Sealed(Column::kDocuments, "key", builder)).status()));
}

TEST(StorageCodec, AnApiKeyWithoutAWordOnRevocationIsRevoked) {
  flatbuffers::FlatBufferBuilder builder;
  const auto text = builder.CreateString("k");
  const auto bytes = builder.CreateVector(std::vector<uint8_t>{1});
  const fb::Time time(0, 0);
  fb::ApiKeyBuilder key(builder);
  key.add_key_id(text);
  key.add_tenant(text);
  key.add_principal(text);
  key.add_salt(bytes);
  key.add_secret_hash(bytes);
  key.add_create_time(&time);
  key.add_expire_time(&time);
  builder.Finish(key.Finish());
  const absl::StatusOr<ApiKeyRecord> record = DecodeApiKey("k", Sealed(Column::kKeys, "k", builder));
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_TRUE(record->revoked);
}

}  // namespace
}  // namespace usher::storage
