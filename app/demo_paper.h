// A text of the demonstration county (demo_text.h) as a Word document.
#pragma once

#include <string>
#include <string_view>

namespace kepu::app::demo {

// How headings and tasks get their numbers: 一、 （一） 1. typed into the text, or by Word's own lists, as
// most offices write.
enum class Numbers { typed, automatic };

// Same text, same bytes. Pure.
std::string docx_of(std::string_view text, Numbers numbers);

}  // namespace kepu::app::demo
