// The style pages: every component with invented content, to be looked at, validated and compared. Not part
// of the program.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/html/shell.h"

namespace kepu::gallery {

struct Page {
  std::string file;  // "overview.html"
  std::string title;
  bool elder = false;
  bool narrow = false;  // without menus
  std::function<void(html::Out&)> write;
};

Page overview();
Page tasks();
Page review();
Page compare();
Page organisations();
Page forms();
Page messages();
Page sign_in();
Page fault();

// The whole document of a page, in the frame of an invented county.
std::string document(const Page& page);

}  // namespace kepu::gallery
