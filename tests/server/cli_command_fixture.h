// Runs the program `usher` as a process against a fake server. The test's target defines USHER_BINARY.
#ifndef USHER_TESTS_SERVER_CLI_COMMAND_FIXTURE_H_
#define USHER_TESTS_SERVER_CLI_COMMAND_FIXTURE_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/server/cli_fake_server.h"

namespace usher::testing {

struct Result {
  int code = -1;
  std::string out;
  std::string err;
};

class CommandTest : public ::testing::Test {
 protected:
  CommandTest() {
    std::string pattern = ::testing::TempDir() + "/cli_commands_XXXXXX";
    root_ = mkdtemp(pattern.data());
    environment_ = {"USHER_SERVER=" + server_.address(), "USHER_API_KEY=test-key"};
  }
  ~CommandTest() override { std::filesystem::remove_all(root_); }

  std::string Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  std::string Read(const std::string& name) {
    std::ifstream file(root_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  Result Usher(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), USHER_BINARY);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, input_.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, (root_ / "out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&files, 2, (root_ / "err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child = 0;
    const int spawned =
        posix_spawn(&child, USHER_BINARY, &files, nullptr, Pointers(arguments).data(), Pointers(environment_).data());
    posix_spawn_file_actions_destroy(&files);
    EXPECT_EQ(spawned, 0);
    int state = 0;
    waitpid(child, &state, 0);
    return {WIFEXITED(state) ? WEXITSTATUS(state) : -1, Read("out"), Read("err")};
  }

  static std::vector<char*> Pointers(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
  }

  FakeServer server_;
  std::filesystem::path root_;
  std::string input_ = "/dev/null";  // what the program finds on standard input
  std::vector<std::string> environment_;
};

}  // namespace usher::testing

#endif  // USHER_TESTS_SERVER_CLI_COMMAND_FIXTURE_H_
