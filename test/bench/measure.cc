// Runs a program to its end and writes what it cost as one line of JSON: wall seconds, user and system CPU seconds, peak
// resident memory in KiB, exit status.   measure RESULT.json OUTPUT PROGRAM [ARGUMENT ...]
// Standard output and standard error of the program go to the file OUTPUT. Children that the program waited for are
// counted with it. vfork, because the peak of a forked child would begin at the size of its parent.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

double Seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

double Now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: measure RESULT.json OUTPUT PROGRAM [ARGUMENT ...]\n");
    return 2;
  }
  const int output = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (output < 0 || input < 0) {
    std::perror("measure");
    return 2;
  }
  const double start = Now();
  const pid_t child = vfork();
  if (child == 0) {
    dup2(input, 0);
    dup2(output, 1);
    dup2(output, 2);
    execvp(argv[3], argv + 3);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child) {
    std::perror("measure");
    return 2;
  }
  const double wall = Now() - start;
  std::FILE* result = std::fopen(argv[1], "w");
  if (result == nullptr) {
    std::perror("measure");
    return 2;
  }
  std::fprintf(result, "{\"wall\":%.6f,\"user\":%.6f,\"system\":%.6f,\"peakKiB\":%ld,\"status\":%d}\n", wall,
               Seconds(usage.ru_utime), Seconds(usage.ru_stime), usage.ru_maxrss,
               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return std::fclose(result) == 0 ? 0 : 2;
}
