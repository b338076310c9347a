// Small drawings within text and tables: progress, composition, tiles.
#include <algorithm>
#include <array>

#include "core/html/components.h"
#include "core/html/format.h"
#include "core/html/svg.h"

namespace kepu::html {

void Progress::operator()(Out& h) const {
  const double done = std::clamp(percent, 0.0, 100.0);
  const std::string label =
      "进度" + fixed(percent, 0) + "%" + (due < 0 ? "" : "，应达" + fixed(due, 0) + "%");
  h("<span class=\"duo\"><span class=\"num\">{}%</span><svg viewBox=\"0 0 100 16\" width=\"100\" "
    "height=\"16\" "
    "class=\"bul\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\"><rect class=\"f-track\" "
    "x=\"0\" y=\"4\" "
    "width=\"100\" height=\"8\"/><rect class=\"f-{}\" x=\"0\" y=\"4\" width=\"{}\" "
    "height=\"8\"/>{}</svg></span>",
    fixed(percent, 0), label, class_of(state), svg_number(done), [&](Out& o) {
      if (due < 0) return;
      o("<path class=\"f-tick\" d=\"M{} 0v16\" vector-effect=\"non-scaling-stroke\" stroke-width=\"2\"/>",
        svg_number(std::clamp(due, 1.0, 99.0)));
    });
}

void Composition::operator()(Out& h) const {
  constexpr double kWidth = 84, kGap = 1.2;
  const std::array<int, 5> counts = {done, ok, watch, late, idle};
  int total = 0, parts = 0;
  std::string label;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    parts += counts[i] > 0 ? 1 : 0;
    label +=
        (label.empty() ? "" : "，") + std::string(word_of(static_cast<Light>(i))) + std::to_string(counts[i]);
  }
  h("<svg class=\"compo\" viewBox=\"0 0 84 14\" width=\"84\" height=\"14\" role=\"img\" "
    "aria-label=\"{}\">{}</svg>",
    label, [&](Out& o) {
      double x = 0;
      const double unit = total > 0 ? (kWidth - kGap * (parts - 1)) / total : 0;
      for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0) continue;
        o("<rect class=\"f-{}\" x=\"{}\" y=\"2\" width=\"{}\" height=\"10\"/>",
          class_of(static_cast<Light>(i)), svg_number(x), svg_number(unit * counts[i]));
        x += unit * counts[i] + kGap;
      }
    });
}

namespace {

void write_tile(Out& h, const Tile& tile) {
  const std::string hint =
      (tile.full_name.empty() ? tile.name : tile.full_name) + " " + (tile.value.empty() ? "缺" : tile.value);
  const int level = tile.value.empty() ? 0 : std::clamp(tile.level, 1, 5);
  const auto inside = [&](Out& o) {
    o("{}<span class=\"num\">{}</span>", tile.name, tile.value.empty() ? "缺" : tile.value);
  };
  if (tile.url.empty()) {
    h("<span class=\"tile q{}\" title=\"{}\">{}</span>", level, hint, inside);
  } else {
    h("<a class=\"tile q{}\" href=\"{}\" title=\"{}\">{}</a>", level, Url{tile.url}, hint, inside);
  }
}

}  // namespace

void Tiles::operator()(Out& h) const {
  for (const TileGroup& group : groups) {
    h("<div class=\"tiles-h\"><span>{}</span><span>{}</span></div><div class=\"tiles\">{}</div>", group.name,
      group.note, [&](Out& o) {
        for (const Tile& tile : group.tiles) write_tile(o, tile);
      });
  }
  h("<p class=\"key note\">{}<span><i class=\"q0\"></i>缺</span></p>", [&](Out& o) {
    for (std::size_t i = 0; i < level_names.size() && i < 5; ++i) {
      o("<span><i class=\"q{}\"></i>{}</span>", i + 1, level_names[i]);
    }
  });
}

}  // namespace kepu::html
