// The frame of every page: 版头, search, menus, breadcrumb, messages, the part for the page, foot. Knows
// nothing of what it frames; the composition root fills it in.
#pragma once

#include <string>
#include <vector>

#include "core/html/components.h"

namespace kepu::html {

struct NavItem {
  std::string text;
  std::string url;
  std::string icon = {};   // for the tabs at the foot of a phone
  std::int64_t count = 0;  // in a pill; 0: none
  bool quiet = false;
  bool current = false;
  bool post = false;       // a button that posts with the session's token (sign out)
  bool wide_only = false;  // not on a phone
};
struct NavGroup {
  std::string title;  // may be empty for the first
  std::vector<NavItem> items;
};

struct Shell {
  std::string title;         // of the page; the window title is "title · site"
  std::string site;          // "彭水全民科学素质行动"
  std::string tagline = {};  // below it
  std::string home = "/";
  std::string css, js, favicon;  // addresses from web/assets.h
  std::string manifest = {};     // may be empty
  std::string csrf = {};         // for items that post; also the only meta that kp.ts reads
  std::string search_url = {};   // empty: no search box
  std::string search_hint = {};
  std::string search_text = {};
  std::vector<NavGroup> nav = {};     // empty: no side menu (sign-in, public pages)
  std::vector<NavItem> account = {};  // at the right of the 版头
  std::vector<NavItem> tabs = {};     // at most five
  std::vector<Link> path = {};        // breadcrumb
  std::vector<Flash> messages = {};
  std::string foot = {};
  std::vector<Link> foot_links = {};
  bool elder = false;      // 大字版
  bool loose = false;      // roomy rows
  bool landscape = false;  // on paper: for wide tables
  bool narrow = false;     // one narrow column with large controls: sign-in, pages for residents
};

void write_page(Out& h, const Shell& shell, const Content& main);

}  // namespace kepu::html
