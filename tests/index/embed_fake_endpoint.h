// Runs tests/index/data/embed/fake_endpoint.py for as long as the object lives.
#ifndef USHER_TESTS_INDEX_EMBED_FAKE_ENDPOINT_H_
#define USHER_TESTS_INDEX_EMBED_FAKE_ENDPOINT_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

namespace usher::embed {

class FakeEndpoint {
 public:
  // Plain HTTP without arguments, TLS with a certificate and its key (PEM files).
  explicit FakeEndpoint(const std::vector<std::string>& tls = {}) : scheme_(tls.empty() ? "http" : "https") {
    std::array<int, 2> in;
    std::array<int, 2> out;
    if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) std::abort();
    std::vector<std::string> words = {"python3", USHER_EMBED_TEST_DATA "/fake_endpoint.py"};
    words.insert(words.end(), tls.begin(), tls.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    child_ = fork();
    if (child_ == 0) {
      dup2(in[0], 0);
      dup2(out[1], 1);
      execvp(arguments[0], arguments.data());
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    keep_alive_ = in[1];
    for (char c = 0; read(out[0], &c, 1) == 1 && c != '\n';) port_ += c;
    close(out[0]);
    EXPECT_FALSE(port_.empty()) << "the endpoint did not start";
  }
  FakeEndpoint(const FakeEndpoint&) = delete;
  FakeEndpoint& operator=(const FakeEndpoint&) = delete;
  ~FakeEndpoint() {
    close(keep_alive_);
    waitpid(child_, nullptr, 0);
  }

  std::string Url(const std::string& mode) const {
    return scheme_ + "://127.0.0.1:" + port_ + "/" + mode + "/v1/embeddings";
  }

 private:
  std::string scheme_;
  std::string port_;
  pid_t child_ = -1;
  int keep_alive_ = -1;
};

}  // namespace usher::embed

#endif  // USHER_TESTS_INDEX_EMBED_FAKE_ENDPOINT_H_
