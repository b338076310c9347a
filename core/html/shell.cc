#include "core/html/shell.h"

namespace kepu::html {

namespace {

void write_item(Out& h, const NavItem& item, const Shell& shell) {
  const std::string_view wide = item.wide_only ? "wide-only" : "";
  if (item.post) {
    h("<form method=\"post\" action=\"{}\"{}><input type=\"hidden\" name=\"csrf\" value=\"{}\">"
      "<button class=\"plain\" type=\"submit\">{}</button></form>",
      Url{item.url}, AttrValue{"class", wide}, shell.csrf, item.text);
    return;
  }
  h("<a href=\"{}\"{}{}>{}{}</a>", Url{item.url}, AttrValue{"class", wide},
    Attr{item.current, " aria-current=\"page\""}, item.text, pill(item.count, item.quiet));
}

void write_head(Out& h, const Shell& shell) {
  h(
      "<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
      "<title>{}{}{}</title><meta name=\"theme-color\" content=\"#ad2417\"><meta name=\"referrer\" "
      "content=\"same-origin\">"
      "<link rel=\"icon\" type=\"image/svg+xml\" href=\"{}\"><link rel=\"stylesheet\" href=\"{}\">{}"
      "<script src=\"{}\" defer></script></head>",
      shell.title, shell.title.empty() ? "" : " · ", shell.site, Url{shell.favicon}, Url{shell.css},
      [&](Out& o) {
        if (!shell.manifest.empty()) o("<link rel=\"manifest\" href=\"{}\">", Url{shell.manifest});
      },
      Url{shell.js});
}

void write_mast(Out& h, const Shell& shell) {
  const auto search = [&](Out& o) {
    if (shell.search_url.empty()) return;
    o("<form class=\"find\" role=\"search\" action=\"{}\">{}<label class=\"sr\" for=\"q\">搜索</label>"
      "<input id=\"q\" name=\"q\" value=\"{}\" placeholder=\"{}\" autocomplete=\"off\">"
      "<kbd aria-hidden=\"true\">/</kbd></form>",
      Url{shell.search_url}, icon("search"), shell.search_text, shell.search_hint);
  };
  const auto account = [&](Out& o) {
    if (shell.account.empty()) return;
    o("<nav class=\"mast-nav\" aria-label=\"个人\">{}</nav>", [&](Out& p) {
      for (const NavItem& item : shell.account) write_item(p, item, shell);
    });
  };
  h(
      "<header class=\"mast\"><div class=\"mast-in\"><a class=\"brand\" href=\"{}\">{}<span "
      "class=\"bt\"><b>{}</b>{}</span></a>"
      "{}{}</div></header>",
      Url{shell.home}, seal(), shell.site,
      [&](Out& o) {
        if (!shell.tagline.empty()) o("<span>{}</span>", shell.tagline);
      },
      search, account);
}

void write_side(Out& h, const Shell& shell) {
  h("<nav class=\"side\" id=\"menu\" aria-label=\"主菜单\">{}</nav>", [&](Out& o) {
    for (const NavGroup& group : shell.nav) {
      if (!group.title.empty()) o("<h3>{}</h3>", group.title);
      for (const NavItem& item : group.items) write_item(o, item, shell);
    }
  });
}

void write_tabs(Out& h, const Shell& shell) {
  if (shell.tabs.empty()) return;
  h("<nav class=\"tabs\" aria-label=\"主要功能\">{}</nav>", [&](Out& o) {
    for (const NavItem& item : shell.tabs) {
      o("<a href=\"{}\"{}>{}{}</a>", Url{item.url}, Attr{item.current, " aria-current=\"page\""},
        icon(item.icon), item.text);
    }
  });
}

void write_main(Out& h, const Shell& shell, const Content& main) {
  h(
      "<main class=\"{}\" id=\"main\" tabindex=\"-1\">{}{}{}</main>", shell.narrow ? "main wrap" : "main",
      crumbs(shell.path),
      [&](Out& o) {
        for (const Flash& message : shell.messages) message(o);
      },
      main);
}

void write_foot(Out& h, const Shell& shell) {
  h("<footer class=\"foot\"><span>{}</span><span>{}</span></footer>", shell.foot, [&](Out& o) {
    for (const Link& link : shell.foot_links) {
      // The list of keys opens in place where scripts run.
      o("<a href=\"{}\"{}>{}</a>", Url{link.url}, Attr{link.url == "#keys", " data-keys"}, link.text);
    }
  });
}

}  // namespace

void write_page(Out& h, const Shell& shell, const Content& main) {
  h(
      "<!doctype html>\n<html lang=\"zh-CN\"{}{}>{}<body{}><a class=\"skip\" "
      "href=\"#main\">跳到正文</a>{}{}{}{}"
      "<div class=\"sr\" id=\"live\" role=\"status\" aria-live=\"polite\"></div></body></html>\n",
      Attr{shell.elder, " data-mode=\"elder\""}, Attr{shell.loose, " data-density=\"loose\""},
      [&](Out& o) { write_head(o, shell); },
      Attr{shell.narrow || shell.landscape, shell.narrow ? " class=\"narrow\"" : " class=\"land\""},
      [&](Out& o) { write_mast(o, shell); },
      [&](Out& o) {
        if (shell.nav.empty()) {
          write_main(o, shell, main);
        } else {
          o(
              "<div class=\"frame\">{}{}</div>", [&](Out& p) { write_side(p, shell); },
              [&](Out& p) { write_main(p, shell, main); });
        }
      },
      [&](Out& o) { write_foot(o, shell); }, [&](Out& o) { write_tabs(o, shell); });
}

}  // namespace kepu::html
