// Counties side by side: which return counts, what adds up, who is late.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/rollup/rollup.h"

namespace kepu::rollup {
namespace {

// By the first return: a correction that came later does not make a county late.
Standing standing_of(const CountyRow& row, const Call& call, Date today) {
  if (row.returns.empty()) {
    if (!row.linked) return Standing::left;
    return today > call.due ? Standing::late : Standing::waiting;
  }
  if (row.back) return Standing::given_back;
  return base::date_of(row.returns.back().at) <= call.due ? Standing::on_time : Standing::belated;
}

}  // namespace

Board board_of(Call call, std::vector<CountyRow> rows, Date today) {
  Board board;
  board.call = std::move(call);
  board.rows = std::move(rows);
  std::sort(board.rows.begin(), board.rows.end(), [](const CountyRow& a, const CountyRow& b) {
    if (a.place.area_code != b.place.area_code) return a.place.area_code < b.place.area_code;
    if (const int order = base::compare_pinyin(a.place.name, b.place.name); order != 0) return order < 0;
    return a.place.tenant < b.place.tenant;
  });
  board.totals.resize(board.call.items.size());
  for (auto& row : board.rows) {
    std::sort(row.returns.begin(), row.returns.end(),
              [](const Return& a, const Return& b) { return a.number > b.number; });
    row.standing = standing_of(row, board.call, today);
    if (row.standing != Standing::left) ++board.owing;
    const Return* counts = row.counts();
    if (counts == nullptr) continue;
    ++board.reported;
    for (std::size_t i = 0; i < board.call.items.size(); ++i) {
      const auto& item = board.call.items[i];
      const Entry* entry = counts->entry(item.code);
      if (item.kind != ItemKind::sum || entry == nullptr || !entry->value) continue;
      board.totals[i].value = board.totals[i].value.value_or(0) + *entry->value;
      ++board.totals[i].counties;
    }
  }
  return board;
}

std::string reported_text(const Board& board) {
  return fmt::format("{} 个县（市、区）中 {} 个已报", board.owing, board.reported);
}

std::string total_label(const Total& total, const Board& board) {
  if (total.counties == 0) return "没有可合计的数";
  if (total.counties == board.owing) return fmt::format("全部 {} 个县（市、区）合计", total.counties);
  return fmt::format("已报有数的 {} 个合计，另有 {} 个没有数", total.counties, board.owing - total.counties);
}

}  // namespace kepu::rollup
