// PatternSet: the patterns of one section of a capture configuration, compiled for a walk from the root downwards: the
// state of a directory says how far which pattern has come, so that a name costs one look at what is active and never a
// second match of the path above it. FORMAT.md, "Capture configuration".
#ifndef DISM_WIM_CAPTURE_PATTERN_SET_H_
#define DISM_WIM_CAPTURE_PATTERN_SET_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace dism::wim {

class PatternSet {
 public:
  explicit PatternSet(const std::vector<std::u16string>& patterns);

  // Where the walk stands in one directory: patterns whose first `component` components have matched the path so far.
  // A (pattern, component) pair occurs at most once, so its size is bounded by the length of all patterns.
  struct Position {
    uint32_t pattern;
    uint32_t component;
  };
  using State = std::vector<Position>;

  State RootState() const { return root_state_; }
  // Whether an entry of the directory matches. below: when not nullptr, the state of that entry as a directory.
  bool Match(const State& state, std::u16string_view upcased_name, State* below) const;
  // False when nothing below a directory with this state can match.
  bool MayMatchBelow(const State& state) const {
    return !state.empty() || !anywhere_.empty() || !anywhere_names_.empty();
  }
  bool empty() const { return patterns_.empty() && anywhere_names_.empty(); }

 private:
  struct Component {
    std::u16string text;  // upcased
    bool has_wildcard;
    bool Matches(std::u16string_view upcased) const;
  };
  std::vector<std::vector<Component>> patterns_;
  State root_state_;                                   // patterns that start at the root
  std::vector<uint32_t> anywhere_;                     // patterns that may start in any directory
  std::unordered_set<std::u16string> anywhere_names_;  // those of a single name without wildcards
};

std::u16string UpcaseString(std::u16string_view text);

// `*` any run of characters, `?` any one. Time at most the product of both lengths, however many stars there are.
bool MatchesWildcards(std::u16string_view pattern, std::u16string_view text);

}  // namespace dism::wim

#endif  // DISM_WIM_CAPTURE_PATTERN_SET_H_
