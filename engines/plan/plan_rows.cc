#include "engines/plan/plan_rows.h"

#include <fmt/format.h>

#include <map>
#include <string>

#include "core/base/text.h"

namespace kepu::plan {
namespace {

using Images = std::vector<RowImage>;

// Lists of texts are kept as lines of one column.
std::string lines_of(const std::vector<std::string>& texts) {
  std::vector<std::string> flat;
  for (const auto& text : texts) flat.push_back(base::replace_all(text, "\n", " "));
  return base::join(flat, "\n");
}

Field optional_field(const std::optional<double>& v) { return v ? Field(*v) : Field(std::monostate{}); }
Field optional_field(const std::optional<int>& v) {
  return v ? Field(std::int64_t{*v}) : Field(std::monostate{});
}
Field number(std::int64_t v) { return v; }

Images initiative_rows(const Plan& plan) {
  Images out;
  for (const auto& i : plan.initiatives) {
    out.push_back({{i.id, number(i.position), std::string(to_text(i.kind)), i.title, i.goal, number(i.line),
                    number(i.end_line), i.confidence, number(i.dropped)}});
  }
  return out;
}

Images task_rows(const Plan& plan) {
  Images out;
  for (const auto& i : plan.initiatives) {
    for (const auto& t : i.tasks) {
      out.push_back({{t.id, t.initiative, number(t.position), t.code, t.title, t.body, number(t.line),
                      number(t.end_line), t.confidence, number(t.dropped), t.start, t.due}});
    }
  }
  return out;
}

void add_parties(Images& out, Id owner, const std::vector<std::string>& names, Role role) {
  for (std::size_t k = 0; k < names.size(); ++k) {
    out.push_back({{owner, std::string(to_text(role)), number(static_cast<std::int64_t>(k)), names[k]}});
  }
}

Images party_rows(const Plan& plan) {
  Images out;
  for (const auto& i : plan.initiatives) {
    add_parties(out, i.id, i.lead, Role::lead);
    add_parties(out, i.id, i.responsible, Role::responsible);
    for (const auto& t : i.tasks) {
      add_parties(out, t.id, t.lead, Role::lead);
      add_parties(out, t.id, t.responsible, Role::responsible);
    }
  }
  return out;
}

Images duty_rows(const Plan& plan) {
  Images out;
  for (const auto& i : plan.initiatives) {
    for (const auto& t : i.tasks) {
      for (const auto& d : t.duties) {
        out.push_back({{t.id, d.duty, std::string(to_text(d.state)), d.confidence, lines_of(d.words)}});
      }
    }
  }
  return out;
}

Images elsewhere_rows(const Plan& plan) {
  Images out;
  for (const auto& d : plan.elsewhere) {
    out.push_back({{d.duty, number(d.line), std::string(to_text(d.state)), lines_of(d.words)}});
  }
  return out;
}

Images target_rows(const Plan& plan) {
  Images out;
  std::int64_t position = 0;
  for (const auto& t : plan.targets) {
    out.push_back(
        {{t.id, position++, std::string(to_text(t.kind)), optional_field(t.value), optional_field(t.baseline),
          optional_field(t.baseline_year), t.unit, t.text, t.relative_to, std::string(to_text(t.op)),
          optional_field(t.year), number(t.implicit), number(t.headline), number(t.dropped), t.initiative,
          t.task, number(t.line), t.confidence}});
  }
  return out;
}

Images milestone_rows(const Plan& plan) {
  Images out;
  for (const auto& t : plan.targets) {
    for (const auto& [year, value] : t.milestones) out.push_back({{t.id, number(year), value}});
  }
  return out;
}

Images phase_rows(const Plan& plan) {
  Images out;
  std::int64_t position = 0;
  for (const auto& p : plan.phases) {
    out.push_back({{p.id, position++, p.phase, p.title, p.summary, number(p.from), number(p.to),
                    number(p.line), number(p.dropped)}});
  }
  return out;
}

Images safeguard_rows(const Plan& plan) {
  Images out;
  std::int64_t position = 0;
  for (const auto& s : plan.safeguards) {
    out.push_back({{s.id, position++, s.title, lines_of(s.items), number(s.line), number(s.end_line)}});
  }
  return out;
}

Images basis_rows(const Plan& plan) {
  Images out;
  std::int64_t position = 0;
  for (const auto& b : plan.basis) out.push_back({{b.id, position++, b.title, b.doc_number, number(b.line)}});
  return out;
}

Images anomaly_rows(const Plan& plan) {
  Images out;
  std::int64_t position = 0;
  for (const auto& a : plan.anomalies) {
    out.push_back({{a.id, position++, a.rule, a.message, number(a.line), number(a.settled), a.note}});
  }
  return out;
}

// A table: its columns (the first `keys` are the key below tenant and version) and its images of a plan.
struct ItemTable {
  const char* name;
  std::size_t keys;
  std::vector<std::string> columns;
  Images (*images)(const Plan&);
};

const std::vector<ItemTable>& item_tables() {
  static const std::vector<ItemTable> kTables = {
      {"plan_initiative",
       1,
       {"id", "position", "kind", "title", "goal", "line", "end_line", "confidence", "dropped"},
       initiative_rows},
      {"plan_task",
       1,
       {"id", "initiative", "position", "code", "title", "body", "line", "end_line", "confidence", "dropped",
        "start_date", "due_date"},
       task_rows},
      {"plan_party", 3, {"owner", "role", "position", "name"}, party_rows},
      {"plan_duty", 2, {"task", "duty", "state", "confidence", "words"}, duty_rows},
      {"plan_duty_elsewhere", 1, {"duty", "line", "state", "words"}, elsewhere_rows},
      {"plan_target",
       1,
       {"id", "position", "kind", "value", "baseline", "baseline_year", "unit", "text", "relative_to",
        "operator", "year", "implicit", "headline", "dropped", "initiative", "task", "line", "confidence"},
       target_rows},
      {"plan_milestone", 2, {"target", "year", "value"}, milestone_rows},
      {"plan_phase",
       1,
       {"id", "position", "phase", "title", "summary", "year_from", "year_to", "line", "dropped"},
       phase_rows},
      {"plan_safeguard", 1, {"id", "position", "title", "items", "line", "end_line"}, safeguard_rows},
      {"plan_basis", 1, {"id", "position", "title", "doc_number", "line"}, basis_rows},
      {"plan_anomaly", 1, {"id", "position", "rule", "message", "line", "settled", "note"}, anomaly_rows},
  };
  return kTables;
}

std::string upsert_sql(const ItemTable& table) {
  std::string columns = "tenant, version", values = ":tenant, :version", keys = "tenant, version", updates;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    columns += ", " + column;
    values += ", :" + column;
    if (i < table.keys) {
      keys += ", " + column;
    } else {
      updates += (updates.empty() ? "" : ", ") + column + " = excluded." + column;
    }
  }
  return fmt::format("insert into {} ({}) values ({}) on conflict ({}) do update set {}", table.name, columns,
                     values, keys, updates);
}

std::string delete_sql(const ItemTable& table) {
  std::string where = "tenant = :tenant and version = :version";
  for (std::size_t i = 0; i < table.keys; ++i)
    where += " and " + table.columns[i] + " = :" + table.columns[i];
  return fmt::format("delete from {} where {}", table.name, where);
}

sql::Args args_of(const ItemTable& table, const RowImage& row, Id tenant, Id version, std::size_t count) {
  sql::Args args = {{"tenant", tenant}, {"version", version}};
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& name = table.columns[i];
    std::visit(
        [&](const auto& v) {
          using T = std::decay_t<decltype(v)>;
          if constexpr (std::is_same_v<T, std::string>) {
            args.emplace_back(name, std::string_view(v));
          } else if constexpr (std::is_same_v<T, std::monostate>) {
            args.emplace_back(name, nullptr);
          } else {
            args.emplace_back(name, v);
          }
        },
        row.fields[i]);
  }
  return args;
}

std::vector<Field> key_of(const ItemTable& table, const RowImage& row) {
  return {row.fields.begin(), row.fields.begin() + static_cast<std::ptrdiff_t>(table.keys)};
}

void save_table(sql::Session& session, Id tenant, Id version, const ItemTable& table, const Plan& before,
                const Plan& after) {
  std::map<std::vector<Field>, const RowImage*> old_rows;
  const Images old_images = table.images(before), new_images = table.images(after);
  for (const auto& row : old_images) old_rows[key_of(table, row)] = &row;
  std::vector<const RowImage*> changed;
  for (const auto& row : new_images) {
    const auto found = old_rows.find(key_of(table, row));
    if (found == old_rows.end() || found->second->fields != row.fields) changed.push_back(&row);
    if (found != old_rows.end()) old_rows.erase(found);
  }
  if (!old_rows.empty()) {
    const std::string sql = delete_sql(table);
    for (const auto& [key, row] : old_rows)
      session.run(sql, args_of(table, *row, tenant, version, table.keys));
  }
  if (!changed.empty()) {
    const std::string sql = upsert_sql(table);
    for (const auto* row : changed)
      session.run(sql, args_of(table, *row, tenant, version, table.columns.size()));
  }
}

}  // namespace

void save_difference(sql::Session& session, Id tenant, Id version, const Plan& before, const Plan& after) {
  for (const auto& table : item_tables()) save_table(session, tenant, version, table, before, after);
}

}  // namespace kepu::plan
