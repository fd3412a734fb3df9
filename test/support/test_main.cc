#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "support/test.h"

namespace dism::test {

struct Entry {
  std::string suite;
  std::string name;
  TestFunction function;
};

static std::vector<Entry>& Entries() {
  static std::vector<Entry> entries;
  return entries;
}
static int failures_in_test = 0;

Registration::Registration(const char* suite, const char* name, TestFunction function) {
  Entries().push_back({suite, name, function});
}

void Fail(const char* file, int line, const std::string& message) {
  ++failures_in_test;
  if (failures_in_test <= 20) std::cerr << file << ":" << line << ": failed: " << message << "\n";
}

const std::string& ScratchDirectory() {
  static const struct Scratch {
    std::string path;
    Scratch() {
      const char* base = std::getenv("TMPDIR");
      std::string pattern = std::string(base != nullptr ? base : "/tmp") + "/opendism-test-XXXXXX";
      path = mkdtemp(pattern.data());
    }
    ~Scratch() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  } scratch;
  return scratch.path;
}

}  // namespace dism::test

int main(int argc, char** argv) {
  using namespace dism::test;
  int passed = 0, failed = 0;
  for (const Entry& entry : Entries()) {
    bool wanted = argc < 2;
    for (int i = 1; i < argc; ++i) wanted |= entry.suite == argv[i] || entry.suite + "." + entry.name == argv[i];
    if (!wanted) continue;
    failures_in_test = 0;
    try {
      entry.function();
    } catch (const AssertionFailure&) {
    }
    ++(failures_in_test == 0 ? passed : failed);
    std::cout << (failures_in_test == 0 ? "ok   " : "FAIL ") << entry.suite << "." << entry.name << std::endl;
  }
  std::cout << passed << " passed, " << failed << " failed" << std::endl;
  return failed == 0 && passed > 0 ? 0 : 1;
}
