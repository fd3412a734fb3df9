#include "wim/upcase.h"

#include <algorithm>
#include <cstdint>

namespace dism::wim {
namespace {

#define UPCASE_PAGES(n) constexpr int kPages = n;
#define UPCASE_RANGE(first, last, step, delta)
#include "wim/upcase_table.inc"
#undef UPCASE_PAGES
#undef UPCASE_RANGE

// What to add to a unit (modulo 65,536), by page of 256 units; all pages without a letter are page
// 0.
struct Table {
  uint8_t page[256] = {};
  uint16_t delta[kPages + 1][256] = {};
  int pages = 1;

  constexpr void Add(uint32_t first, uint32_t last, uint32_t step, uint16_t change) {
    for (uint32_t c = first; c <= last; c += step) {
      uint8_t& index = page[c >> 8];
      if (index == 0) index = static_cast<uint8_t>(pages++);
      delta[index][c & 0xFF] = change;
    }
  }
};

constexpr Table MakeTable() {
  Table table;
#define UPCASE_PAGES(n)
#define UPCASE_RANGE(first, last, step, delta) table.Add(first, last, step, delta);
#include "wim/upcase_table.inc"
#undef UPCASE_PAGES
#undef UPCASE_RANGE
  return table;
}

constexpr Table kTable = MakeTable();
static_assert(kTable.pages == kPages + 1);

}  // namespace

char16_t Upcase(char16_t c) { return static_cast<char16_t>(c + kTable.delta[kTable.page[c >> 8]][c & 0xFF]); }

int CompareNames(std::u16string_view a, std::u16string_view b) {
  const size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    if (a[i] == b[i]) continue;
    const char16_t upper_a = Upcase(a[i]), upper_b = Upcase(b[i]);
    if (upper_a != upper_b) return upper_a < upper_b ? -1 : 1;
  }
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

bool EqualIgnoringCase(std::u16string_view a, std::u16string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char16_t x, char16_t y) { return x == y || Upcase(x) == Upcase(y); });
}

}  // namespace dism::wim
