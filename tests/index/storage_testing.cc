#include "tests/index/storage_testing.h"

#include <stdlib.h>

#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace usher::storage {

namespace {

// Memory is as good as a disk for what survives the death of a process, and syncs a hundred times faster.
std::filesystem::path WhereTestsWrite() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(memory, error);
  return !error && space.available > (1ull << 30) ? memory : std::filesystem::temp_directory_path();
}

// Files with their sizes; empty when one vanished while they were listed.
std::map<std::string, uintmax_t> FilesIn(const std::string& folder) {
  std::map<std::string, uintmax_t> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (entry.is_directory(error)) continue;
    files[entry.path().string()] = entry.file_size(error);
    if (error) return {};
  }
  return files;
}

// False if anything changed meanwhile: the database makes and removes files in the background, and a copy that mixes
// two moments is no state that a crash could leave.
bool CopyFolder(const std::string& from, const std::string& to) {
  std::error_code error;
  std::filesystem::remove_all(to, error);
  const auto before = FilesIn(from);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, error);
  return !error && !before.empty() && before == FilesIn(from);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (WhereTestsWrite() / "usher_storage_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
  parent_ = pattern;
  path_ = (parent_ / "data").string();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(parent_, ignored);
}

std::string TemporaryFolder::CopyAsAfterACrash() {
  const std::string copy = (parent_ / ("copy" + std::to_string(++copies_))).string();
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (CopyFolder(path_, copy)) return copy;
  }
  ADD_FAILURE() << "cannot copy " << path_;
  return copy;
}

StoreOptions OptionsFor(const std::string& path) {
  StoreOptions options;
  options.path = path;
  options.block_cache_bytes = 8 << 20;
  return options;
}

std::unique_ptr<Store> MustOpen(const std::string& path) {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(OptionsFor(path));
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

acl::Policy APolicy() {
  acl::Rule allow{.effect = acl::Effect::kAllow, .subjects = {"group:eng", "user:alice"}};
  allow.expire_time = absl::FromUnixSeconds(32'503'680'000) + absl::Nanoseconds(7);  // in the year 3000
  acl::Rule deny{.effect = acl::Effect::kDeny, .subjects = {"user:mallory"}};
  deny.not_before = absl::FromUnixSeconds(-5) + absl::Nanoseconds(999'999'999);
  absl::StatusOr<acl::Policy> policy = acl::CanonicalPolicy(acl::Inheritance::kRestrict, {allow, deny});
  EXPECT_TRUE(policy.ok()) << policy.status();
  return policy.ok() ? *policy : acl::Policy{};
}

CollectionRecord ACollection(uint64_t id, const std::string& name) {
  return {.id = acl::CollectionId(id),
          .name = name,
          .dimension = 384,
          .embedding_model = "model-" + name,
          .chunk_target_bytes = 1000,
          .chunk_max_bytes = 2000,
          .chunk_overlap_bytes = 100,
          .create_time = absl::FromUnixNanos(1'700'000'000'123'456'789),
          .policy = APolicy(),
          .policy_revision = acl::Revision(id + 5),
          .policy_source = ""};
}

DocumentRecord ADocument(const std::string& id, uint64_t version) {
  return {.id = id,
          .version = acl::DocumentVersion(version),
          .title = "title of " + id,
          .source_uri = "https://example.org/" + id,
          .metadata_json = R"({"year":2026})",
          .policy = APolicy(),
          .chunk_count = 3,
          .revision = acl::Revision(version + 1),
          .update_time = absl::FromUnixNanos(1'700'000'001'000'000'001),
          .chunk_policies = {},
          .policy_source = ""};
}

ChunkRecord AChunk(const std::string& document_id, const std::string& text) {
  FindingRecord finding{.rule = "unicode.tag",
                        .kind = 3,
                        .action = 4,
                        .source_begin = 10,
                        .source_end = 20,
                        .text_begin = 8,
                        .text_end = 9,
                        .detail = "hidden " + text};
  return {.document_id = document_id,
          .text = text,
          .headings = {"Chapter", text},
          .source_begin = 1,
          .source_end = 1ull << 40,
          .findings = {finding, finding}};
}

ApiKeyRecord AnApiKey(const std::string& key_id) {
  return {.key_id = key_id,
          .tenant = "acme",
          .principal = "service:" + key_id,
          .salt = std::string("\0salt\xFF", 6),
          .secret_hash = std::string(32, '\x80'),
          .roles = 5,
          .delegate = true,
          .create_time = absl::FromUnixSeconds(1'700'000'000),
          .expire_time = absl::InfiniteFuture(),
          .revoked = false,
          .groups = {}};
}

RequestRecord ARequest(uint64_t revision) {
  return {.fingerprint = std::string(32, '\x01'),
          .response = std::string("\0\xFF proto", 8),
          .revision = acl::Revision(revision),
          .time = absl::FromUnixSeconds(1'700'000'000)};
}

std::vector<float> AVector(float seed) { return {seed, -seed, 0.5f, 1e-38f}; }

void ExpectEqual(const CollectionRecord& a, const CollectionRecord& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.dimension, b.dimension);
  EXPECT_EQ(a.embedding_model, b.embedding_model);
  EXPECT_EQ(a.chunk_target_bytes, b.chunk_target_bytes);
  EXPECT_EQ(a.chunk_max_bytes, b.chunk_max_bytes);
  EXPECT_EQ(a.chunk_overlap_bytes, b.chunk_overlap_bytes);
  EXPECT_EQ(a.create_time, b.create_time);
  EXPECT_EQ(a.policy, b.policy);
  EXPECT_EQ(a.policy_revision, b.policy_revision);
  EXPECT_EQ(a.policy_source, b.policy_source);
  EXPECT_EQ(a.fields, b.fields);
}

void ExpectEqual(const DocumentRecord& a, const DocumentRecord& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.title, b.title);
  EXPECT_EQ(a.source_uri, b.source_uri);
  EXPECT_EQ(a.metadata_json, b.metadata_json);
  EXPECT_EQ(a.policy, b.policy);
  EXPECT_EQ(a.chunk_count, b.chunk_count);
  EXPECT_EQ(a.revision, b.revision);
  EXPECT_EQ(a.update_time, b.update_time);
  EXPECT_EQ(a.chunk_policies, b.chunk_policies);
  EXPECT_EQ(a.policy_source, b.policy_source);
  EXPECT_EQ(a.chunk_metadata, b.chunk_metadata);
}

void ExpectEqual(const ChunkRecord& a, const ChunkRecord& b) {
  EXPECT_EQ(a.document_id, b.document_id);
  EXPECT_EQ(a.text, b.text);
  EXPECT_EQ(a.headings, b.headings);
  EXPECT_EQ(a.source_begin, b.source_begin);
  EXPECT_EQ(a.source_end, b.source_end);
  EXPECT_EQ(a.metadata_json, b.metadata_json);
  ASSERT_EQ(a.findings.size(), b.findings.size());
  for (size_t i = 0; i < a.findings.size(); ++i) {
    EXPECT_EQ(a.findings[i].rule, b.findings[i].rule);
    EXPECT_EQ(a.findings[i].kind, b.findings[i].kind);
    EXPECT_EQ(a.findings[i].action, b.findings[i].action);
    EXPECT_EQ(a.findings[i].source_begin, b.findings[i].source_begin);
    EXPECT_EQ(a.findings[i].source_end, b.findings[i].source_end);
    EXPECT_EQ(a.findings[i].text_begin, b.findings[i].text_begin);
    EXPECT_EQ(a.findings[i].text_end, b.findings[i].text_end);
    EXPECT_EQ(a.findings[i].detail, b.findings[i].detail);
  }
}

void ExpectEqual(const ApiKeyRecord& a, const ApiKeyRecord& b) {
  EXPECT_EQ(a.key_id, b.key_id);
  EXPECT_EQ(a.tenant, b.tenant);
  EXPECT_EQ(a.principal, b.principal);
  EXPECT_EQ(a.salt, b.salt);
  EXPECT_EQ(a.secret_hash, b.secret_hash);
  EXPECT_EQ(a.roles, b.roles);
  EXPECT_EQ(a.delegate, b.delegate);
  EXPECT_EQ(a.create_time, b.create_time);
  EXPECT_EQ(a.expire_time, b.expire_time);
  EXPECT_EQ(a.revoked, b.revoked);
  EXPECT_EQ(a.groups, b.groups);
}

void ExpectEqual(const RequestRecord& a, const RequestRecord& b) {
  EXPECT_EQ(a.fingerprint, b.fingerprint);
  EXPECT_EQ(a.response, b.response);
  EXPECT_EQ(a.revision, b.revision);
  EXPECT_EQ(a.time, b.time);
}

std::vector<std::string> HostileStrings() {
  return {"",
          std::string(1, '\0'),
          std::string("a\0b", 3),
          "a",
          "b",
          "ab",
          std::string("\0\0\0\1a", 5),
          "\xFF",
          "\xFF\xFF\xFF\xFF",
          "../../etc/passwd",
          "caf\xC3\xA9 \xE2\x80\xAE",
          "\xC3\x28",  // no valid UTF-8
          std::string(100'000, 'x')};
}

}  // namespace usher::storage
