#include "wim/capture/pattern_set.h"

#include <algorithm>

#include "wim/upcase.h"

namespace dism::wim {
namespace {

bool IsSpace(char16_t c) { return c == u' ' || c == u'\t' || c == u'\r' || c == u'\n'; }

std::u16string_view Trim(std::u16string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

// Without surrounding blanks, quotes and a drive; upcased; backslashes only.
std::u16string Normalise(std::u16string_view text) {
  text = Trim(text);
  if (text.size() >= 2 && text.front() == text.back() && (text.front() == u'"' || text.front() == u'\'')) {
    text = Trim(text.substr(1, text.size() - 2));
  }
  if (text.size() >= 2 && text[1] == u':') text.remove_prefix(2);
  std::u16string normal = UpcaseString(text);
  for (char16_t& c : normal) {
    if (c == u'/') c = u'\\';
  }
  return normal;
}

}  // namespace

std::u16string UpcaseString(std::u16string_view text) {
  std::u16string upcased(text);
  for (char16_t& c : upcased) c = Upcase(c);
  return upcased;
}

bool MatchesWildcards(std::u16string_view pattern, std::u16string_view text) {
  // Greedy with one point of return: when a part between two stars does not fit, the last star takes one character more.
  // Earlier stars never need to be tried again, because the leftmost fit of each part leaves the most text for the rest.
  constexpr size_t kNone = std::u16string_view::npos;
  size_t p = 0, t = 0, star = kNone, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == u'*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == u'?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != kNone) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == u'*') ++p;
  return p == pattern.size();
}

bool PatternSet::Component::Matches(std::u16string_view upcased) const {
  return has_wildcard ? MatchesWildcards(text, upcased) : text == upcased;
}

PatternSet::PatternSet(const std::vector<std::u16string>& patterns) {
  for (const std::u16string& raw : patterns) {
    const std::u16string text = Normalise(raw);
    const bool from_root = !text.empty() && text[0] == u'\\';
    std::vector<Component> components;
    for (size_t at = 0; at <= text.size();) {
      const size_t end = std::min(text.find(u'\\', at), text.size());
      if (end > at) {
        Component component{text.substr(at, end - at), false};
        component.has_wildcard = component.text.find_first_of(u"*?") != std::u16string::npos;
        components.push_back(std::move(component));
      }
      at = end + 1;
    }
    if (components.empty()) continue;
    if (!from_root && components.size() == 1 && !components[0].has_wildcard) {
      anywhere_names_.insert(std::move(components[0].text));
      continue;
    }
    const uint32_t index = static_cast<uint32_t>(patterns_.size());
    if (from_root) {
      root_state_.push_back({index, 0});
    } else {
      anywhere_.push_back(index);
    }
    patterns_.push_back(std::move(components));
  }
}

bool PatternSet::Match(const State& state, std::u16string_view upcased_name, State* below) const {
  if (below != nullptr) below->clear();
  if (empty()) return false;
  bool matched = !anywhere_names_.empty() && anywhere_names_.contains(std::u16string(upcased_name));
  const auto advance = [&](uint32_t pattern, uint32_t component) {
    const std::vector<Component>& components = patterns_[pattern];
    if (!components[component].Matches(upcased_name)) return;
    if (component + 1 == components.size()) {
      matched = true;
    } else if (below != nullptr) {
      below->push_back({pattern, component + 1});
    }
  };
  for (const Position& position : state) advance(position.pattern, position.component);
  for (const uint32_t pattern : anywhere_) advance(pattern, 0);
  return matched;
}

}  // namespace dism::wim
