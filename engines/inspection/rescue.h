// The file into which a phone writes what it could not send, so that records are saved even when that phone
// never gets a network again. {"kind":"kepu-visits","visits":[{"visit":"4711","key":"…","base":"0",
// "fields":[["q1","yes"]],"photos":[{"field":"q1-photo","name":"门.jpg","data":"base64"}]}]}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engines/inspection/submission.h"

namespace kepu::inspection {

struct Rescued {
  struct Picture {
    std::string field, name, bytes;
  };
  Id visit = 0;
  std::string key;
  std::int64_t base_revision = 0;
  Pairs fields;
  std::vector<Picture> photos;
};

// Refuses rescue.file where it is no such file. At most 200 visits.
base::Result<std::vector<Rescued>> read_rescue(std::string_view json);

}  // namespace kepu::inspection
