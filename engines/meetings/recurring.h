// 定期事项: what must happen so many times in every period, and how it is proven. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engines/meetings/meetings.h"

namespace kepu::meetings {

enum class Every { quarter, half, year };      // 每季度 每半年 每年
enum class Proof { meeting, briefing, note };  // 召开会议 印发简报 登记凭据
std::string_view to_text(Every every);
std::string_view title_of(Every every);
std::optional<Every> parse_every(std::string_view text);
std::string_view to_text(Proof proof);
std::string_view title_of(Proof proof);
std::optional<Proof> parse_proof(std::string_view text);

struct Recurring {
  Id id = 0;
  std::string title, basis;
  Every every = Every::year;
  int times = 1;  // at least so often in each period
  Proof proof = Proof::meeting;
  Kind kind = Kind::conference;  // of the meetings that prove it
  Id unit = 0;                   // that answers for it
  Date since;                    // the period that holds this day is the first
  std::optional<Date> ended;     // no period that begins after it
  std::int64_t revision = 0;
};

struct Happened {  // that proves
  Date day;
  std::string title, url;
};

enum class PeriodState { done, due, late };  // 已完成 待完成 逾期未完成
std::string_view to_text(PeriodState state);
std::string_view title_of(PeriodState state);

struct PeriodStanding {
  Date first, last;
  int needed = 1;
  std::vector<Happened> happened;  // by day
  PeriodState state = PeriodState::due;
};

// The period that holds a day, as the calendar has it.
PeriodStanding period_of(Every every, Date day);
std::string title_of(Every every, Date day);  // 2026年第三季度, 2026年上半年, 2026年

// Every period from `since` to the one that holds `today` (at most 200), newest first. A period is done once
// enough happened in it, due while it runs, late when it is over. What happened outside the periods counts
// nowhere; a thing counts in one period alone.
std::vector<PeriodStanding> standings_of(const Recurring& recurring, std::vector<Happened> happened,
                                         Date today);

// Of the periods that ended from `from` to `to`, how many were proven.
struct ProvenShare {
  int periods = 0, proven = 0;
};
ProvenShare proven_between(const std::vector<PeriodStanding>& standings, Date from, Date to);

}  // namespace kepu::meetings
