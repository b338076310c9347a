#include "core/search/search.h"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::search {

namespace {

constexpr std::size_t kMostCharacters = 4000;
// PostgreSQL looks through so many of the newest before it asks the index: a frequent word is found among
// them, and of a rare one the index has few.
constexpr int kRecent = 20'000;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  std::u32string word;
  const auto end = [&] {
    if (word.size() == 1) out.push_back(base::to_utf8(word));
    for (std::size_t i = 0; i + 1 < word.size(); ++i) out.push_back(base::to_utf8(word.substr(i, 2)));
    word.clear();
  };
  for (char32_t c : base::to_code_points(base::shorten(base::to_narrow(text), kMostCharacters))) {
    if (u_isalnum(static_cast<UChar32>(c))) {
      word += static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
    } else {
      end();
    }
  }
  end();
  return out;
}

// One table serves all collections: each token bears its own, so that no search crosses tenants. Digits end
// at the x.
std::string marked(std::string_view kind, Id tenant, const std::string& token) {
  return fmt::format("{}{}x{}", kind, tenant, token);
}

std::string joined(std::string_view kind, Id tenant, const std::vector<std::string>& tokens) {
  std::string out;
  for (const auto& t : tokens) {
    if (!out.empty()) out += ' ';
    out += marked(kind, tenant, t);
  }
  return out;
}

}  // namespace

std::vector<std::string> tokens(std::string_view text) {
  auto out = words_of(text);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void put(sql::Session& s, std::string_view kind, Id tenant, Id id, std::string_view text) {
  const std::string body = joined(kind, tenant, tokens(text));
  if (s.dialect() == sql::Dialect::sqlite) {
    s.run("insert into search_index (rowid, body) values (:id, :body)", {{"id", id}, {"body", body}});
  } else {
    s.run(
        "insert into search_index (tenant, kind, id, body) values (:tenant, :kind, :id, "
        "string_to_array(:body, ' ')) on conflict (tenant, kind, id) do update set body = excluded.body",
        {{"tenant", tenant}, {"kind", kind}, {"id", id}, {"body", body}});
  }
}

void remove(sql::Session& s, std::string_view kind, Id tenant, Id id, std::string_view text) {
  if (s.dialect() == sql::Dialect::sqlite) {
    s.run("insert into search_index (search_index, rowid, body) values ('delete', :id, :body)",
          {{"id", id}, {"body", joined(kind, tenant, tokens(text))}});
  } else {
    s.run("delete from search_index where tenant = :tenant and kind = :kind and id = :id",
          {{"tenant", tenant}, {"kind", kind}, {"id", id}});
  }
}

std::vector<Id> find(sql::Session& s, std::string_view kind, Id tenant, std::string_view words,
                     std::int64_t limit, Id before) {
  const auto wanted = tokens(words);
  if (wanted.empty() || limit <= 0) return {};
  const auto id_of = [](const sql::Row& r) { return static_cast<Id>(r.integer(0)); };
  if (before == 0) before = INT64_MAX;
  if (s.dialect() == sql::Dialect::sqlite) {
    std::string match;
    for (const auto& t : wanted)
      match += fmt::format("{}\"{}\"", match.empty() ? "" : " AND ", marked(kind, tenant, t));
    return s.rows(
        "select rowid from search_index where search_index match :words and rowid < :before order by rowid "
        "desc limit "
        ":limit",
        {{"words", match}, {"before", before}, {"limit", limit}}, id_of);
  }
  const std::string all = joined(kind, tenant, wanted);
  const sql::Args args = {
      {"tenant", tenant}, {"kind", kind}, {"before", before}, {"words", all}, {"limit", limit}};
  auto out = s.rows(
      fmt::format("select id from (select id, body from search_index where tenant = :tenant and kind = "
                  ":kind and id < :before order by id desc limit {}) recent where body @> "
                  "string_to_array(:words, ' ') order by id desc limit :limit",
                  kRecent),
      args, id_of);
  if (static_cast<std::int64_t>(out.size()) == limit) return out;
  return s.rows(
      "select id from search_index where tenant = :tenant and kind = :kind and id < :before and body @> "
      "string_to_array(:words, ' ') order by id desc limit :limit",
      args, id_of);
}

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> kSteps = {{"search", 1, "全文检索",
                                                      R"sql(
create table search_index (
  tenant bigint not null, kind text not null, id bigint not null, body text[] not null,
  primary key (tenant, kind, id));
create index search_index_body on search_index using gin (body);
)sql",
                                                      R"sql(
create virtual table search_index using fts5(
  body, content = '', columnsize = 0, detail = 'none', tokenize = "unicode61 remove_diacritics 0");
)sql"}};
  return kSteps;
}

}  // namespace kepu::search
