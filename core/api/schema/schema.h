// What a JSON value looks like, declared once: from it come the documentation (JSON Schema 2020-12, the
// dialect of OpenAPI 3.1) and the check of what was sent. Plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kepu::api {

enum class Type { text, integer, flag, list, object };

struct Property;
struct Schema {
  Type type = Type::text;
  std::string about;                     // Chinese: what it means, with its unit
  std::string format = {};               // "date", "date-time", "uri"
  std::vector<std::string> words = {};   // of a text: one of these
  std::optional<std::int64_t> min = {};  // of a number; characters of a text; items of a list
  std::optional<std::int64_t> max = {};
  std::string example = {};  // shown in the documentation; of a list: of its items
  bool nullable = false;
  std::string ref = {};  // name of a schema of the whole document: stands in place of everything else
  std::vector<Property> properties;  // of an object
  std::vector<Schema> items;         // of a list: exactly one
};
struct Property {
  std::string name;
  Schema schema;
  bool required = false;
};

void write_schema(base::Json& json, const Schema& schema);
// A value that fits, from the examples.
void write_example(base::Json& json, const Schema& schema,
                   const std::map<std::string, Schema, std::less<>>& named);

// What a program sent in a body: an object of texts, whole numbers, booleans and lists of texts.
class Body {
 public:
  static constexpr int kDepth = 4;
  // Every error at once, its `field` a JSON pointer ("/days/0"): api.json (no JSON, too deep, no object),
  // api.unknown, api.required, api.type, api.range, api.words, api.format.
  static tl::expected<Body, base::Errors> read(std::string_view json, const Schema& schema);

  // As the schema says; empty, 0, false where the member is absent.
  std::string text(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;

 private:
  using Member = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;
  friend struct Reader;
  std::map<std::string, Member, std::less<>> members_;
};

// The same rules for one text, e.g. of a query: none where it fits.
std::optional<base::Error> check_text(std::string_view text, const Schema& schema, const std::string& field);

}  // namespace kepu::api
