#include "operator/kube/client/spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <string>
#include <string_view>
#include <vector>

extern char** environ;

namespace kyma::kube {
namespace {

std::error_code system_code(int code) { return {code, std::generic_category()}; }

// The environment of this process, with what is given over it.
std::vector<std::string> merged_environment(const ProcessRequest& request) {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  for (const auto& [name, value] : request.environment) variables[name] = value;
  std::vector<std::string> result;
  for (const auto& [name, value] : variables) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// A process group of its own, and signals as a program expects them, whatever they are here.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
  const posix_spawnattr_t* get() const noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

// Asio's sockets are inherited by default: whatever is above standard error is closed in the child.
class SpawnDescriptors {
 public:
  SpawnDescriptors(int output, int errors) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }
  SpawnDescriptors(const SpawnDescriptors&) = delete;
  SpawnDescriptors& operator=(const SpawnDescriptors&) = delete;
  ~SpawnDescriptors() { ::posix_spawn_file_actions_destroy(&actions_); }
  const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// Both ends of a pipe, above the standard streams, so that none of them is overwritten when they are put in place.
struct PipeEnds {
  PipeEnds() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    read = above_standard(ends[0]);
    write = above_standard(ends[1]);
  }
  bool ok() const noexcept { return read.number() >= 0 && write.number() >= 0; }

  OwnedDescriptor read;
  OwnedDescriptor write;

 private:
  static OwnedDescriptor above_standard(int number) {
    OwnedDescriptor given(number);
    if (number > STDERR_FILENO) return given;
    return OwnedDescriptor(::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  }
};

}  // namespace

OwnedDescriptor& OwnedDescriptor::operator=(OwnedDescriptor&& other) noexcept {
  if (this != &other) {
    if (number_ >= 0) ::close(number_);
    number_ = other.release();
  }
  return *this;
}

OwnedDescriptor::~OwnedDescriptor() {
  if (number_ >= 0) ::close(number_);
}

Spawned spawn(const ProcessRequest& request) {
  Spawned spawned;
  PipeEnds output;
  PipeEnds errors;
  if (!output.ok() || !errors.ok()) {
    spawned.failed = system_code(errno);
    return spawned;
  }
  std::vector<std::string> words{request.command};
  words.insert(words.end(), request.args.begin(), request.args.end());
  std::vector<std::string> variables = merged_environment(request);
  const auto arguments = pointers_to(words);
  const auto environment = pointers_to(variables);
  const SpawnDescriptors descriptors(output.write.number(), errors.write.number());
  const SpawnAttributes attributes;
  const int problem = ::posix_spawnp(&spawned.pid, request.command.c_str(), descriptors.get(), attributes.get(),
                                     arguments.data(), environment.data());
  if (problem != 0) {
    spawned.failed = system_code(problem);
    return spawned;
  }
  spawned.output = std::move(output.read);
  spawned.errors = std::move(errors.read);
  return spawned;
}

}  // namespace kyma::kube
