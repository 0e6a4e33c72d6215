#include "bench/usher_bench/server_process.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace usher::bench {
namespace {

// A program and what it writes to standard output.
struct Running {
  pid_t process = -1;
  FILE* output = nullptr;
};

absl::StatusOr<Running> Run(std::vector<std::string> command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  int ends[2];
  if (pipe(ends) != 0) return absl::UnavailableError(absl::StrCat("no pipe: ", std::strerror(errno)));
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return absl::UnavailableError(absl::StrCat("no second process: ", std::strerror(errno)));
  }
  return Running{child, fdopen(ends[0], "r")};
}

std::string ReadLine(FILE* stream) {
  char line[512];
  if (stream == nullptr || std::fgets(line, sizeof(line), stream) == nullptr) return "";
  std::string text(line);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

int Wait(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

absl::StatusOr<std::string> MakeKey(const std::string& usherd, const std::string& data, const std::string& tenant) {
  const auto running = Run({usherd, "keys", "create", "--data", data, "--tenant", tenant, "--principal",
                            "service:usher-bench", "--role", "reader,administrator", "--delegate"});
  if (!running.ok()) return running.status();
  std::string key = ReadLine(running->output);
  if (running->output != nullptr) std::fclose(running->output);
  if (Wait(running->process) == 0 && !key.empty()) return key;
  return absl::UnavailableError(absl::StrCat(usherd, " keys create failed; see its message above"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(const std::string& usherd, const std::string& data,
                                                                    const std::string& tenant) {
  if (access(usherd.c_str(), X_OK) != 0) {
    return absl::NotFoundError(absl::StrCat("no program ", usherd, ": build usherd, or name it with --usherd"));
  }
  setenv("USHER_LOG_LEVEL", "warning", /*replace=*/0);
  setenv("USHER_EMBEDDING_PROVIDER", "none", /*replace=*/0);
  auto key = MakeKey(usherd, data, tenant);
  if (!key.ok()) return key.status();
  const auto running = Run({usherd, "serve", "--data", data, "--listen", "127.0.0.1:0"});
  if (!running.ok()) return running.status();
  std::unique_ptr<ServerProcess> server(new ServerProcess);
  server->process_ = running->process;
  server->key_ = *std::move(key);
  const std::string line = ReadLine(running->output);
  if (running->output != nullptr) std::fclose(running->output);
  if (std::sscanf(line.c_str(), "usherd ready on port %d", &server->port_) == 1) return server;
  return absl::UnavailableError(absl::StrCat(usherd, " serve ended before it was ready; see its message above"));
}

ServerProcess::~ServerProcess() {
  kill(process_, SIGTERM);
  Wait(process_);
}

}  // namespace usher::bench
