// web_gallery <folder>: writes the style pages there; serve the folder with /assets beside it to look at
// them.
#include <cstdio>
#include <fstream>

#include "core/html/components.h"
#include "web/assets.h"
#include "web/gallery/gallery.h"

int main(int argc, char** argv) {
  using namespace kepu::gallery;
  if (argc != 2) {
    std::fprintf(stderr, "usage: web_gallery <folder>\n");
    return 2;
  }
  kepu::html::set_sprite_url(std::string(kepu::web::asset_url("icons.svg")));
  std::vector<Page> pages = {overview(), tasks(),    review(),  compare(), organisations(),
                             forms(),    messages(), sign_in(), fault()};
  Page elder = overview();
  elder.file = "overview-elder.html";
  elder.elder = true;
  pages.push_back(elder);
  for (const Page& page : pages) {
    std::ofstream out(std::string(argv[1]) + "/" + page.file, std::ios::binary);
    out << document(page);
    if (!out.flush()) {
      std::fprintf(stderr, "cannot write %s\n", page.file.c_str());
      return 1;
    }
  }
  return 0;
}
