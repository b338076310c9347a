// The parts that pages are made of, with the look of web/css. Each is a small value that writes itself:
//   h("<td>{}</td>", light(Light::late));   h("{}", panel("任务", [&](Out& o) { … }, {.note =
//   "按期限排序"}));
// The small ones (icon, light, tag, role, button) hold views: write them in the same expression. The others
// own what they hold. No component reads a clock or knows a domain; none writes style attributes or scripts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/html/content.h"
#include "core/html/html.h"

namespace kepu::html {

// ---------------------------------------------------------------- small marks

// Address of the icon sprite ("/assets/icons.<hash>.svg"). Set once at the start of the program, before pages
// are made.
void set_sprite_url(std::string url);

// A picture of the sprite. `name` as in web/icons.txt ("search", "download"). Without `label` it is
// decoration and hidden from screen readers; give one only where no word stands beside it.
struct Icon {
  std::string_view name;
  std::string_view label;
  void operator()(Out& h) const;
};
inline Icon icon(std::string_view name, std::string_view label = {}) { return {name, label}; }

// Status light: shape, colour and word, so that it is read without colour.
enum class Light { done, ok, watch, late, idle };
std::string_view word_of(Light light);   // 已完成 正常 关注 滞后 未到期
std::string_view class_of(Light light);  // done ok watch late idle
struct LightMark {
  Light state;
  std::string_view word;  // empty: word_of(state)
  bool shape_only;        // the word is for screen readers alone
  void operator()(Out& h) const;
};
inline LightMark light(Light state, std::string_view word = {}) { return {state, word, false}; }
inline LightMark light_shape(Light state, std::string_view word = {}) { return {state, word, true}; }
// The legend of the five lights, for below a table or chart.
struct LightKey {
  void operator()(Out& h) const;
};

enum class Tone { plain, blue, green, amber, red };
struct Tag {
  std::string_view text;
  Tone tone;
  void operator()(Out& h) const;
};
inline Tag tag(std::string_view text, Tone tone = Tone::plain) { return {text, tone}; }

// Count in a pill: red where something waits, grey (`quiet`) where it only informs. 0 writes nothing.
struct Pill {
  std::int64_t count;
  bool quiet;
  void operator()(Out& h) const;
};
inline Pill pill(std::int64_t count, bool quiet = false) { return {count, quiet}; }

// Who does what in a task: 牵 协 配 知, with the full word for screen readers and as a tooltip.
enum class Role { lead, partner, support, informed };
std::string_view word_of(Role role);  // 牵头 协同 配合 知会
struct RoleChip {
  Role role;
  std::string_view word;  // empty: word_of(role), e.g. "责任" where the document says so
  void operator()(Out& h) const;
};
inline RoleChip role_chip(Role role, std::string_view word = {}) { return {role, word}; }

// The red seal 科普.
struct Seal {
  void operator()(Out& h) const;
};
inline Seal seal() { return {}; }

// ---------------------------------------------------------------- links and buttons

enum class Look { plain, primary, danger, link };
struct ButtonLink {
  std::string_view text;
  std::string_view url;
  std::string_view icon;
  Look look;
  void operator()(Out& h) const;
};
inline ButtonLink button_link(std::string_view text, std::string_view url, std::string_view icon = {},
                              Look look = Look::plain) {
  return {text, url, icon, look};
}
// A submit button of the form around it; with name and value where a form has several.
struct Button {
  std::string_view text;
  Look look;
  std::string_view name;
  std::string_view value;
  std::string_view icon;
  void operator()(Out& h) const;
};
inline Button button(std::string_view text, Look look = Look::primary, std::string_view name = {},
                     std::string_view value = {}, std::string_view icon = {}) {
  return {text, look, name, value, icon};
}
// A form of one button that posts: `csrf` is the token of the session, sent as field "csrf"; `hidden` further
// fields.
struct PostButton {
  std::string text;
  std::string url;
  std::string csrf;
  Look look = Look::plain;
  std::string icon = {};
  std::vector<std::pair<std::string, std::string>> hidden = {};
  void operator()(Out& h) const;
};
// A choice of one of several views (本月 本季 本年).
struct SegmentItem {
  std::string text;
  std::string url;
  bool current = false;
};
struct Segment {
  std::string label;  // what is chosen: "周期"
  std::vector<SegmentItem> items;
  std::string part = {};  // id of the part that is swapped in place; empty: whole page
  void operator()(Out& h) const;
};

// ---------------------------------------------------------------- frame of a page

struct Link {
  std::string text;
  std::string url;  // empty: plain text
};
struct Crumbs {
  std::vector<Link> path;  // from the root; the last is the page itself
  void operator()(Out& h) const;
};
inline Crumbs crumbs(std::vector<Link> path) { return {std::move(path)}; }

// The one <h1> of a page, a line on state and date of the data, and what can be done here at the right.
struct Headline {
  std::string title;
  Content note = {};
  Content actions = {};
  void operator()(Out& h) const;
};

// One or two sentences that say what the page's figures mean, above the panels.
struct Lead {
  Content text;
  void operator()(Out& h) const;
};

// A panel: <section> with <h2>. `columns` of 12 in a .grid, 0 outside one.
struct PanelOptions {
  Content note = {};
  Link more = {};
  bool alarm = false;  // red top line
  int columns = 0;
  std::string id = {};
  std::string part_say = {};  // said to screen readers after the part was swapped in place
};
struct Panel {
  Content title;
  Content body;
  PanelOptions options;
  void operator()(Out& h) const;
};
inline Panel panel(Content title, Content body, PanelOptions options = {}) {
  return {std::move(title), std::move(body), std::move(options)};
}

struct Stat {
  std::string name;
  std::string value;  // "83.3", "1 247"; empty: shown as —, with the note saying why
  std::string unit = {};
  std::string note = {};
  std::vector<double> spark = {};  // past values, oldest first; fewer than 2: none
  std::string url = {};            // to the records behind the figure
};
struct StatStrip {
  std::vector<Stat> stats;
  std::string label = "关键指标";
  void operator()(Out& h) const;
};

// Things that need attention, most urgent first.
struct Alert {
  Light state;
  std::string title;
  std::string url;
  std::string who = {};
  std::string how_late = {};  // in bold, in the colour of the light
  std::string stage = {};     // at the right
};
struct Alerts {
  std::vector<Alert> alerts;
  void operator()(Out& h) const;
};

// ---------------------------------------------------------------- data

struct Column {
  std::string title;
  enum class Kind { text, number, centre } kind = Kind::text;
  bool hidden_on_phone = false;
};
// A three-line table of what is given. On a phone each row is a block; the first column is its heading.
// For lists that sort, filter and page use core/table.
struct SimpleTable {
  std::string caption;  // for screen readers
  std::vector<Column> columns;
  std::vector<std::vector<Content>> rows;
  void operator()(Out& h) const;
};

struct Definitions {
  std::vector<std::pair<std::string, Content>> items;
  void operator()(Out& h) const;
};

struct Moment {
  std::string time;
  Content text;
  std::string quote = {};
  bool hot = false;  // the newest, or the one that needs an answer
};
struct Timeline {
  std::vector<Moment> moments;
  void operator()(Out& h) const;
};

struct Step {
  std::string name;
  std::string note = {};
  enum class State { done, now, next } state = State::next;
};
struct Steps {
  std::vector<Step> steps;
  void operator()(Out& h) const;
};

// Percent done with the mark where it should be today. `percent` and `due` in [0, 100]; due < 0: no mark.
struct Progress {
  double percent;
  double due;
  Light state;
  void operator()(Out& h) const;
};
inline Progress progress(double percent, double due, Light state) { return {percent, due, state}; }

// How many of each light, as one stacked bar.
struct Composition {
  int done = 0, ok = 0, watch = 0, late = 0, idle = 0;
  void operator()(Out& h) const;
};

// 名录格阵: a tile a place in the order of the area codes, in groups; no position or area is meant.
struct Tile {
  std::string name;       // short: 郁山
  std::string full_name;  // 郁山镇, in the tooltip
  std::string value;      // "74"; empty: missing
  int level = 0;          // 1–5 of the colour scale; 0: missing, hatched
  std::string url = {};
};
struct TileGroup {
  std::string name;  // "镇　18 个"
  std::string note;  // "平均 66%"
  std::vector<Tile> tiles;
};
struct Tiles {
  std::vector<TileGroup> groups;
  std::vector<std::string> level_names;  // for the legend, from level 1
  void operator()(Out& h) const;
};

struct FileItem {
  std::string name;
  std::string url;
  std::string note;  // "312 KB"
  std::string icon = "file-text";
};
struct Files {
  std::vector<FileItem> files;
  void operator()(Out& h) const;
};

// A tree whose branches open and close without scripts; the first `open_levels` levels are open.
struct TreeNode {
  Content label;
  Content note = {};  // at the right, in grey
  std::vector<TreeNode> children = {};
  bool current = false;
  std::string name = {};  // for the toggle's accessible name, "展开或收起 县科协"
};
struct Tree {
  std::string label;
  std::vector<TreeNode> roots;
  int open_levels = 1;
  void operator()(Out& h) const;
};

// ---------------------------------------------------------------- messages

struct EmptyState {
  std::string title;  // what is not here
  Content hint = {};  // why, and what to do
  Content action = {};
  std::string icon = "inbox";
  void operator()(Out& h) const;
};

// What just happened, at the top of the next page.
struct Flash {
  Tone tone;  // green: done; amber: done, but; red: not done
  Content text;
  void operator()(Out& h) const;
};

// All that was refused, each linked to its field (the field's id is "f-" and its name).
struct ErrorSummary {
  base::Errors errors;
  void operator()(Out& h) const;
};

// A last question before something that cannot be taken back: what will happen, then the button.
struct Confirm {
  std::string title;
  Content what;  // what will happen
  std::string button;
  std::string url;
  std::string csrf;
  std::string cancel_url;
  bool danger = true;
  std::vector<std::pair<std::string, std::string>> hidden = {};
  std::string tick = {};  // "我已核对…": must be ticked; empty: none. Sent as confirmed=1
  void operator()(Out& h) const;
};

// ---------------------------------------------------------------- paging

// 1-based. `url` up to and including "page=": the number is appended.
struct Pager {
  std::int64_t page = 1;
  std::int64_t size = 50;
  std::int64_t total = 0;
  std::string url;
  std::string part = {};
  void operator()(Out& h) const;
};

}  // namespace kepu::html
