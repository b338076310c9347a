// Text as WordprocessingML.
#pragma once

#include <string>

namespace kepu::doc {

// Escaped; what XML cannot hold is left out.
std::string xml_escaped(const std::string& text);
// <w:t> and <w:tab/> elements for the inside of a run.
std::string text_run(const std::string& text);
// Runs of a paragraph; the first `bold` code points are bold.
std::string runs(const std::string& text, std::size_t bold);

}  // namespace kepu::doc
