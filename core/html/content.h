// What stands inside a component: text (escaped) or a callable that writes. Owns what it is given; a lambda's
// references must live until the component is written.
#pragma once

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "core/html/html.h"

namespace kepu::html {

class Content {
 public:
  Content() = default;
  Content(std::string text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  Content(std::string_view text) : text_(text) {}        // NOLINT(google-explicit-constructor)
  Content(const char* text) : text_(text) {}             // NOLINT(google-explicit-constructor)
  template <class F>
  requires(std::invocable<const F&, Out&> && !std::same_as<std::remove_cvref_t<F>, Content>) Content(F write)
      : write_(std::move(write)) {}  // NOLINT(google-explicit-constructor)

  bool empty() const { return !write_ && text_.empty(); }
  void operator()(Out& h) const {
    if (write_) {
      write_(h);
    } else {
      h.text(text_);
    }
  }

 private:
  std::string text_;
  std::function<void(Out&)> write_;
};

}  // namespace kepu::html
