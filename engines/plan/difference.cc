// What changed between two texts. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1
// (1986): the middle snake, found from both ends at once, splits the problem in two; memory is linear.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/text.h"
#include "engines/plan/compare.h"

namespace kepu::plan {
namespace {

using Token = std::uint32_t;
using Tokens = std::vector<Token>;

constexpr std::size_t kByCharacter = 4'000;  // characters of both texts together
constexpr std::size_t kByPassage = 20'000;   // longer than that: sentences alone
constexpr int kMostEdits = 4'000;            // beyond that the passages count as wholly different

// Marks which tokens of a and b are common; the rest are removed and inserted.
class Matcher {
 public:
  Matcher(const Tokens& a, const Tokens& b) : a_(a), b_(b), kept_a_(a.size()), kept_b_(b.size()) {
    const auto reach = std::min<std::size_t>(a.size() + b.size(), 2 * kMostEdits) + 3;
    forward_.resize(2 * reach + 1);
    backward_.resize(2 * reach + 1);
    offset_ = static_cast<int>(reach);
    match(0, static_cast<int>(a.size()), 0, static_cast<int>(b.size()));
  }
  const std::vector<bool>& kept_a() const { return kept_a_; }
  const std::vector<bool>& kept_b() const { return kept_b_; }

 private:
  struct Snake {
    int x = 0, y = 0;  // where it begins
    int u = 0, v = 0;  // where it ends
    int edits = -1;    // of the shortest path through it; -1: too many
  };

  void keep(int x, int y) {
    kept_a_[static_cast<std::size_t>(x)] = true;
    kept_b_[static_cast<std::size_t>(y)] = true;
  }

  bool same(int x, int y) const { return a_[static_cast<std::size_t>(x)] == b_[static_cast<std::size_t>(y)]; }

  void match(int a0, int a1, int b0, int b1) {
    while (a0 < a1 && b0 < b1 && same(a0, b0)) keep(a0++, b0++);
    while (a0 < a1 && b0 < b1 && same(a1 - 1, b1 - 1)) keep(--a1, --b1);
    if (a0 == a1 || b0 == b1) return;
    const auto snake = middle(a0, a1, b0, b1);
    if (snake.edits < 0) return;
    for (int x = snake.x, y = snake.y; x < snake.u; ++x, ++y) keep(x, y);
    match(a0, snake.x, b0, snake.y);
    match(snake.u, a1, snake.v, b1);
  }

  int& forward(int k) { return forward_[static_cast<std::size_t>(k) + static_cast<std::size_t>(offset_)]; }
  int& backward(int k) { return backward_[static_cast<std::size_t>(k) + static_cast<std::size_t>(offset_)]; }

  // Paths of d edits from the beginning and from the end, until they meet. Positions are relative to the box;
  // the backward search is the forward one on both texts reversed.
  Snake middle(int a0, int a1, int b0, int b1) {
    const int n = a1 - a0, m = b1 - b0, delta = n - m;
    forward(1) = backward(1) = 0;
    const int most = std::min((n + m + 1) / 2, kMostEdits);
    for (int d = 0; d <= most; ++d) {
      for (int k = -d; k <= d; k += 2) {
        int x = k == -d || (k != d && forward(k - 1) < forward(k + 1)) ? forward(k + 1) : forward(k - 1) + 1;
        const int from = x;
        while (x < n && x - k < m && x - k >= 0 && same(a0 + x, b0 + x - k)) ++x;
        forward(k) = x;
        const int other = delta - k;
        if (delta % 2 != 0 && other >= -(d - 1) && other <= d - 1 && x + backward(other) >= n)
          return {a0 + from, b0 + from - k, a0 + x, b0 + x - k, 2 * d - 1};
      }
      for (int k = -d; k <= d; k += 2) {
        int x =
            k == -d || (k != d && backward(k - 1) < backward(k + 1)) ? backward(k + 1) : backward(k - 1) + 1;
        const int from = x;
        while (x < n && x - k < m && x - k >= 0 && same(a1 - 1 - x, b1 - 1 - (x - k))) ++x;
        backward(k) = x;
        const int other = delta - k;
        if (delta % 2 == 0 && other >= -d && other <= d && x + forward(other) >= n)
          return {a1 - x, b1 - (x - k), a1 - from, b1 - (from - k), 2 * d};
      }
    }
    return {};
  }

  const Tokens& a_;
  const Tokens& b_;
  std::vector<bool> kept_a_, kept_b_;
  std::vector<int> forward_, backward_;
  int offset_ = 0;
};

using Texts = std::vector<std::u32string>;

class Pieces {
 public:
  void add(Piece::Kind kind, std::u32string_view text) {
    if (text.empty()) return;
    if (kind == Piece::Kind::kept) {
      flush();
      kept_ += text;
    } else {
      flush_kept();
      (kind == Piece::Kind::removed ? removed_ : inserted_) += text;
    }
  }
  std::vector<Piece> take() {
    flush();
    flush_kept();
    return std::move(list_);
  }

 private:
  void flush_kept() { put(Piece::Kind::kept, kept_); }
  void flush() {
    put(Piece::Kind::removed, removed_);
    put(Piece::Kind::inserted, inserted_);
  }
  void put(Piece::Kind kind, std::u32string& text) {
    if (!text.empty()) list_.push_back({kind, base::to_utf8(text)});
    text.clear();
  }
  std::u32string kept_, removed_, inserted_;
  std::vector<Piece> list_;
};

void add_by_character(Pieces& pieces, const std::u32string& a, const std::u32string& b) {
  const Tokens from(a.begin(), a.end()), to(b.begin(), b.end());
  const Matcher matcher(from, to);
  std::size_t x = 0, y = 0;
  while (x < a.size() || y < b.size()) {
    if (x < a.size() && !matcher.kept_a()[x]) {
      pieces.add(Piece::Kind::removed, std::u32string_view(a).substr(x++, 1));
    } else if (y < b.size() && !matcher.kept_b()[y]) {
      pieces.add(Piece::Kind::inserted, std::u32string_view(b).substr(y++, 1));
    } else {
      pieces.add(Piece::Kind::kept, std::u32string_view(a).substr(x++, 1));
      ++y;
    }
  }
}

// Sentences and half sentences with the mark that ends them.
Texts sentences(const std::u32string& text) {
  Texts list(1);
  for (const auto c : text) {
    list.back().push_back(c);
    if (c == U'。' || c == U'；' || c == U'！' || c == U'？' || c == U'，' || c == U'：' || c == U'\n')
      list.emplace_back();
  }
  if (list.back().empty()) list.pop_back();
  return list;
}

std::u32string joined(const Texts& parts, std::size_t from, std::size_t to) {
  std::u32string text;
  for (auto i = from; i < to; ++i) text += parts[i];
  return text;
}

void add_by_sentence(Pieces& pieces, const std::u32string& a, const std::u32string& b,
                     bool then_by_character) {
  const auto from = sentences(a), to = sentences(b);
  std::unordered_map<std::string, Token> numbers;
  const auto numbered = [&](const Texts& parts) {
    Tokens tokens;
    for (const auto& part : parts)
      tokens.push_back(
          numbers.emplace(base::to_utf8(part), static_cast<Token>(numbers.size())).first->second);
    return tokens;
  };
  const auto left = numbered(from), right = numbered(to);
  const Matcher matcher(left, right);
  std::size_t x = 0, y = 0;
  while (x < from.size() || y < to.size()) {
    const auto x0 = x, y0 = y;
    while (x < from.size() && !matcher.kept_a()[x]) ++x;
    while (y < to.size() && !matcher.kept_b()[y]) ++y;
    const auto gone = joined(from, x0, x), come = joined(to, y0, y);
    if (then_by_character && gone.size() + come.size() <= kByCharacter) {
      add_by_character(pieces, gone, come);
    } else {
      pieces.add(Piece::Kind::removed, gone);
      pieces.add(Piece::Kind::inserted, come);
    }
    if (x < from.size()) {
      pieces.add(Piece::Kind::kept, from[x++]);
      ++y;
    }
  }
}

}  // namespace

std::vector<Piece> difference(std::string_view a, std::string_view b) {
  const auto from = base::to_code_points(a), to = base::to_code_points(b);
  Pieces pieces;
  if (from.size() + to.size() <= kByCharacter)
    add_by_character(pieces, from, to);
  else
    add_by_sentence(pieces, from, to, std::max(from.size(), to.size()) <= kByPassage);
  return pieces.take();
}

}  // namespace kepu::plan
