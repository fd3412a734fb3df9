// A minimal test framework for the C++ core: no dependency, so that a plain `cmake` builds and runs everything.
//   TEST(Suite, Name) { EXPECT(condition); ASSERT(condition); EXPECT_EQ(a, b); }
// The runner takes suite names (or Suite.Name) as arguments and prints one line a test and a closing count.
#ifndef DISM_TEST_SUPPORT_TEST_H_
#define DISM_TEST_SUPPORT_TEST_H_

#include <cstdint>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>

namespace dism::test {

using TestFunction = void (*)();
struct Registration {
  Registration(const char* suite, const char* name, TestFunction function);
};
void Fail(const char* file, int line, const std::string& message);
struct AssertionFailure {};

// Path of a folder for scratch files, made once per process and removed at its end.
const std::string& ScratchDirectory();

// Deterministic pseudo-random numbers (xorshift64*); print the seed when a test depends on it.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  uint64_t Next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1Du;
  }
  uint64_t Below(uint64_t limit) { return limit == 0 ? 0 : Next() % limit; }

 private:
  uint64_t state_;
};

template <typename T>
std::string Show(const T& value) {
  if constexpr (requires(std::ostream & os) { os << value; }) {
    std::ostringstream os;
    os << value;
    return os.str();
  } else {
    return "(value)";
  }
}

}  // namespace dism::test

#define TEST(suite, name)                                                                                \
  static void DismTest_##suite##_##name();                                                               \
  static const ::dism::test::Registration dism_registration_##suite##_##name(#suite, #name,              \
                                                                             DismTest_##suite##_##name); \
  static void DismTest_##suite##_##name()

#define EXPECT(condition)                                                 \
  do {                                                                    \
    if (!(condition)) ::dism::test::Fail(__FILE__, __LINE__, #condition); \
  } while (0)
#define ASSERT(condition)                                 \
  do {                                                    \
    if (!(condition)) {                                   \
      ::dism::test::Fail(__FILE__, __LINE__, #condition); \
      throw ::dism::test::AssertionFailure{};             \
    }                                                     \
  } while (0)
#define EXPECT_EQ(a, b)                                                                                            \
  do {                                                                                                             \
    const auto& dism_a = (a);                                                                                      \
    const auto& dism_b = (b);                                                                                      \
    if (!(dism_a == dism_b))                                                                                       \
      ::dism::test::Fail(                                                                                          \
          __FILE__, __LINE__,                                                                                      \
          std::string(#a " == " #b ": ") + ::dism::test::Show(dism_a) + " against " + ::dism::test::Show(dism_b)); \
  } while (0)

#endif  // DISM_TEST_SUPPORT_TEST_H_
