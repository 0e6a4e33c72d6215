// A small Usher server inside the test's process: real gRPC on a loopback port, behaviour as simple as the clients'
// tests need.
//
// It knows one key, "test-key". Collection `broken` answers with every kind of error detail, `slow` not before the
// deadline. A document whose text is "refuse me" is refused. Thread-safe.
#ifndef USHER_TESTS_SERVER_CLI_FAKE_SERVER_H_
#define USHER_TESTS_SERVER_CLI_FAKE_SERVER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace usher::testing {

struct FakeState;

class FakeServer {
 public:
  FakeServer();
  // Speaks TLS only, and only with clients that have a certificate of `client_authority` when that is set. All PEM.
  FakeServer(const std::string& certificate, const std::string& key, const std::string& client_authority);
  ~FakeServer();

  // 127.0.0.1:PORT.
  std::string address() const;

  // What the last call carried in `usher-principal`.
  std::string last_principal() const;

  // Text by name, of the documents acknowledged.
  std::map<std::string, std::string> documents() const;
  // Of all batches received, in order.
  std::vector<std::string> request_ids() const;
  // Batches carried out, without those that came again under a known request id.
  int batches_carried_out() const;
  // Breaks the next upload once, after carrying out the batch of this number but before answering it.
  void BreakUploadAt(int batch);

  // Policy of every resource, as text of its rules: `allow user:ann;`.
  std::string policy() const;
  // The next writes of a policy find that somebody else was quicker, and what they wrote.
  void Interfere(int times);

  std::vector<std::string> memberships() const;

  // Requests of a method named like `SetClearances`, as JSON with the fields that are set, in order.
  std::vector<std::string> requests(const std::string& method) const;
  // The next call of the method answers with this JSON, or fails with `!NUMBER message`, a gRPC code; a streaming
  // method sends all that is prepared, then ends.
  void Prepare(const std::string& method, const std::string& answer);

 private:
  struct Services;
  std::unique_ptr<FakeState> state_;
  std::unique_ptr<Services> services_;
};

}  // namespace usher::testing

#endif  // USHER_TESTS_SERVER_CLI_FAKE_SERVER_H_
