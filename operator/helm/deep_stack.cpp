#include "operator/helm/deep_stack.hpp"

#include <pthread.h>

#include <exception>

namespace kyma::helm {
namespace {

constexpr std::size_t kSmallestStack = std::size_t{1} << 20;

struct Job {
  const std::function<void()>& function;
  std::exception_ptr failure;
};

void* run(void* argument) {
  Job& job = *static_cast<Job*>(argument);
  try {
    job.function();
  } catch (...) {
    job.failure = std::current_exception();
  }
  return nullptr;
}

bool start(pthread_t& thread, std::size_t stack_bytes, Job& job) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  const bool started =
      pthread_attr_setstacksize(&attributes, stack_bytes) == 0 && pthread_create(&thread, &attributes, run, &job) == 0;
  pthread_attr_destroy(&attributes);
  return started;
}

}  // namespace

void run_on_deep_stack(std::size_t stack_bytes, const std::function<void()>& function) {
  Job job{function, nullptr};
  pthread_t thread{};
  while (!start(thread, stack_bytes, job)) {
    stack_bytes /= 2;
    if (stack_bytes < kSmallestStack) {
      function();  // no thread to be had: the stack at hand must do
      return;
    }
  }
  pthread_join(thread, nullptr);
  if (job.failure) std::rethrow_exception(job.failure);
}

}  // namespace kyma::helm
