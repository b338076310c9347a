// 会议通知 and 会议纪要 as official papers. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/doc/word.h"
#include "engines/meetings/meetings.h"

namespace kepu::meetings {

struct Named {  // a unit as the paper calls it
  Id unit = 0;
  std::string name;
};

// `units`: the invited ones in their order. `issuer`: who calls the meeting. Same input, same bytes.
doc::Paper notice_of(const Meeting& meeting, const std::vector<Named>& units, const std::string& issuer,
                     Date day);
// `decisions` of this meeting, in the order of their numbers, `units` as above and of the decisions.
doc::Paper minutes_of(const Meeting& meeting, const std::vector<Decision>& decisions,
                      const std::vector<Named>& units, const std::string& issuer, Date day);

}  // namespace kepu::meetings
