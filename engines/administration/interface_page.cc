// The page that documents the open interface, made of the same declarations as the routes themselves.
#include <algorithm>

#include "core/base/text.h"
#include "engines/administration/interface.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using api::Operation;
using api::Parameter;
using api::Property;
using api::Schema;
using api::Type;
using html::Out;
using site::Answer;
using site::Context;

namespace {

std::string kind_of(const Schema& s) {
  if (!s.ref.empty()) return "对象 " + s.ref;
  std::string out;
  switch (s.type) {
    case Type::text:
      out = s.format == "date" ? "日期" : s.format == "date-time" ? "时间" : "文字";
      if (s.min && s.max) out += fmt::format("，{} 到 {} 字", *s.min, *s.max);
      if (!s.min && s.max) out += fmt::format("，最多 {} 字", *s.max);
      break;
    case Type::integer:
      out = "整数";
      if (s.min && s.max) out += fmt::format("，{} 到 {}", *s.min, *s.max);
      break;
    case Type::flag:
      out = "true 或 false";
      break;
    case Type::list:
      out = (s.items.empty() ? std::string() : kind_of(s.items.front())) + "的数组";
      if (s.min && s.max) out += fmt::format("，{} 到 {} 项", *s.min, *s.max);
      break;
    case Type::object:
      out = "对象";
      break;
  }
  return s.nullable ? out + "，可为 null" : out;
}

std::string meaning_of(const Schema& s) {
  if (s.words.empty()) return s.about;
  return (s.about.empty() ? std::string() : s.about + "：") + base::join(s.words, "、");
}

void add_rows(html::SimpleTable& table, const std::vector<Property>& properties, const std::string& above) {
  for (const auto& p : properties) {
    const std::string name = above + p.name;
    table.rows.push_back({[name](Out& o) { o("<code>{}</code>", name); }, kind_of(p.schema),
                          p.required ? "必有" : "可省", meaning_of(p.schema)});
    const Schema* inner =
        p.schema.type == Type::list && !p.schema.items.empty() ? &p.schema.items.front() : &p.schema;
    if (inner->ref.empty() && inner->type == Type::object) add_rows(table, inner->properties, name + ".");
  }
}

html::SimpleTable table_of(std::string caption, const std::vector<Property>& properties) {
  html::SimpleTable table{std::move(caption), {{"字段"}, {"类型"}, {"必填"}, {"含义"}}, {}};
  add_rows(table, properties, "");
  return table;
}

// A schema that another one repeats and adds to: only what is added is listed.
struct Listed {
  std::string name, base;
  const Schema* schema = nullptr;
  std::vector<Property> properties;
};

bool has(const Schema& schema, const std::string& name) {
  return std::any_of(schema.properties.begin(), schema.properties.end(),
                     [&](const Property& p) { return p.name == name; });
}

std::vector<Listed> listed(const api::Gate& gate) {
  std::vector<Listed> out;
  for (const auto& [name, schema] : gate.schemas()) {
    Listed one{name, "", &schema, schema.properties};
    for (const auto& [other_name, other] : gate.schemas()) {
      const bool extends = other.properties.size() > 5 &&
                           other.properties.size() < schema.properties.size() &&
                           std::all_of(other.properties.begin(), other.properties.end(),
                                       [&schema = schema](const Property& p) { return has(schema, p.name); });
      if (!extends) continue;
      one.base = other_name;
      std::erase_if(one.properties, [&other = other](const Property& p) { return has(other, p.name); });
    }
    out.push_back(std::move(one));
  }
  return out;
}

// Two blanks a level, as people read JSON.
std::string example_of(const Schema& schema, const api::Gate& gate) {
  base::Json json(true);
  api::write_example(json, schema, gate.schemas());
  return std::move(json).text();
}

void write_parameters(Out& h, const Operation& op) {
  if (op.parameters.empty()) return;
  html::SimpleTable table{op.summary + "：参数", {{"参数"}, {"位置"}, {"类型"}, {"必填"}, {"含义"}}, {}};
  for (const auto& p : op.parameters) {
    const std::string where = p.in == Parameter::In::path    ? "地址"
                              : p.in == Parameter::In::query ? "查询"
                                                             : "请求头";
    const bool needed = p.required || p.in == Parameter::In::path;
    table.rows.push_back({[name = p.name](Out& o) { o("<code>{}</code>", name); }, where, kind_of(p.schema),
                          needed ? "必填" : "可省", meaning_of(p.schema)});
  }
  h("<h3>参数</h3>{}", table);
}

void write_operation(Out& h, const Operation& op, const Interface& parts) {
  h("<p class=\"endpoint\"><b>{}</b>{}</p>", http::to_text(op.method), op.path);
  if (!op.about.empty()) h("<p>{}</p>", op.about);
  h("<p class=\"muted\">需要权限：{}</p>", parts.keys.title_of_right(op.right));
  write_parameters(h, op);
  if (op.body) {
    h("<h3>请求正文</h3>{}<details><summary>{}的请求样例</summary><pre class=\"sample\">{}</pre></details>",
      table_of(op.summary + "：请求正文", op.body->properties), op.summary, example_of(*op.body, parts.gate));
  }
  const auto& reply = op.replies.front();
  h("<h3>答复 {}</h3><p>{}</p><details><summary>{}的答复样例</summary><pre "
    "class=\"sample\">{}</pre></details>",
    reply.status, reply.about, op.summary, example_of(reply.body, parts.gate));
}

void write_start(Out& h, const std::string& home) {
  h("<ol><li>请县科协在“系统 › 开放接口”开通密钥。密钥 <code>kp_</code> "
    "开头，只显示一次，有权限、范围、请求数和有效期。"
    "</li><li>每个请求带上请求头 <code>Authorization: Bearer kp_…</code>。不用 Cookie，不用登录。</li>"
    "<li>正文用 UTF-8 的 JSON，最大 16 KB；时间是 RFC 3339（UTC），日期按北京时间。</li></ol>"
    "<pre class=\"sample\">curl -H \"Authorization: Bearer kp_…\" {}/api/v1/services</pre>"
    "<p>机器可读的说明（OpenAPI 3.1）：<a href=\"/api/openapi.json\">/api/openapi.json</a></p>",
    home);
}

void write_quota(Out& h) {
  h("<p>每个答复都带请求数还剩多少（draft-ietf-httpapi-ratelimit-headers）：</p>"
    "<pre class=\"sample\">RateLimit-Policy: \"minute\";q=60;w=60, \"day\";q=5000;w=86400\n"
    "RateLimit: \"minute\";r=59;t=42, \"day\";r=4871;t=30120</pre>"
    "<p>r 是还剩几次，t 是几秒后重新计。超过时答复 429，<code>Retry-After</code> 写明几秒后再试；"
    "按钟表的每一分钟和北京时间的每一天计。</p>");
}

void write_refusals(Out& h) {
  html::SimpleTable table{"不能办理时的答复", {{"状态"}, {"意思"}, {"怎么办"}}, {}};
  table.rows = {{"401", "没有密钥，或密钥不对、已停用、已过期", "核对请求头；联系县科协换密钥"},
                {"403", "密钥没有这项权限，或范围不包括这个单位", "联系县科协调整"},
                {"404", "没有这个对象，或不在密钥的范围内", "核对编号"},
                {"409", "与现在的状态冲突，如暂停受理", "看 detail"},
                {"413、415", "正文过大，或不是 JSON", "改请求"},
                {"422", "参数或正文有误，errors 逐条写明位置和原因", "改请求，不要原样重送"},
                {"429", "请求太多", "等 Retry-After 的秒数"},
                {"500、503", "平台出了问题或太忙", "过一会儿用同一个 Idempotency-Key 重送"}};
  h("<p>正文是问题说明（RFC 9457，<code>application/problem+json</code>）。程序按 <code>rule</code> 判断，"
    "<code>detail</code> 给人看，报障时请附上 <code>request_id</code>。</p>{}",
    table);
}

void write_events(Out& h, const Interface& parts) {
  h("<p>登记接收地址后，订单每到一个环节，平台就向它 POST 一个 JSON，不用反复来查。事件与订单的变化一同写入，"
    "不会漏；可能重复，请按 <code>id</code> 去重。不含个人信息，要看订单用密钥来取。</p>");
  html::SimpleTable table{"事件", {{"事件"}, {"什么时候"}}, {}};
  for (const auto& told : parts.gate.told())
    table.rows.push_back({[name = told.event](Out& o) { o("<code>{}</code>", name); }, told.title});
  h("{}", table);
  for (const auto& told : parts.gate.told()) {
    Schema body{.type = Type::object, .about = {}};
    body.properties = {{"id", {.about = {}, .example = "7339482019283746"}},
                       {"event", {.about = {}, .example = told.event}},
                       {"at", {.about = {}, .example = "2026-03-02T02:30:00.000Z"}},
                       {"tenant", {.about = {}, .example = "lanjiang"}},
                       {"data", told.data}};
    h("<details><summary>{}的样例</summary><pre class=\"sample\">{}</pre></details>", told.event,
      example_of(body, parts.gate));
  }
  h("<h3>核对签名</h3><p>请求头 <code>Kepu-Signature: t=…,v1=…</code>：t 是 1970 年以来的秒数，v1 "
    "是用签名密钥对“t 的值、"
    "一个英文句点、收到的原样正文”算的 HMAC-SHA-256，写成十六进制。核对三件事：算出来的与 v1 "
    "一样（用恒定时间的比较）；t "
    "与现在相差不超过五分钟；<code>id</code> 没有处理过。</p>"
    "<pre class=\"sample\">{}</pre>"
    "<h3>重送</h3><p>10 秒内答复 2xx 算收下。没有答复、5xx、408、429 时，这个地址先歇一歇再送；其他 4xx "
    "只影响这一个事件。"
    "依次等 1、2、4 … 360 分钟，送 12 次或三天送不到就不再送，县科协可以让它再送。</p>",
    "import hmac, hashlib, time\n"
    "def good(secret, header, body):  # body: bytes\n"
    "    parts = dict(p.split('=', 1) for p in header.split(','))\n"
    "    want = hmac.new(secret.encode(), parts['t'].encode() + b'.' + body, hashlib.sha256).hexdigest()\n"
    "    return hmac.compare_digest(want, parts['v1']) and abs(time.time() - int(parts['t'])) <= 300");
}

void write_names(Out& h) {
  html::SimpleTable table{"与 Open311 GeoReport v2 的对照", {{"GeoReport v2"}, {"这里"}, {"说明"}}, {}};
  table.rows = {{"GET /services", "GET /api/v1/services", "service_code 等字段同名；没有 XML"},
                {"POST /requests", "POST /api/v1/orders", "JSON 代替表单；api_key 改为请求头里的密钥"},
                {"GET /requests", "GET /api/v1/orders", "status、start_date、end_date 同名；按 cursor 翻页"},
                {"GET /requests/{id}", "GET /api/v1/orders/{number}", "service_request_id 就是订单号"},
                {"status、status_notes", "同名", "open、closed；平台的环节在 state"},
                {"address_id、address_string", "同名", "address_id 是村、社区或乡镇街道的区划代码；不收坐标"},
                {"first_name、phone、description", "同名", "不收 email、account_id、device_id"}};
  h("<p>字段尽量用 Open311 GeoReport v2 "
    "的名称，熟悉它的系统容易接入；请求和答复的形状不同，不声称兼容。</p>{}",
    table);
}

std::string home_of(const Context& context, const api::Gate& gate) {
  std::string home = gate.home();
  if (home.empty() && !context.request.host.empty())
    home = (context.app.secure_cookies ? "https://" : "http://") + context.request.host;
  while (base::ends_with(home, "/")) home.pop_back();
  return home;
}

void write_contents(Out& h, const api::Gate& gate) {
  h("<ul class=\"contents\">{}<li><a href=\"#events\">事件回调</a></li><li><a href=\"#quota\">请求数</a></li>"
    "<li><a href=\"#refusals\">不能办理时</a></li><li><a href=\"#names\">名称的由来</a></li></ul>",
    [&](Out& o) {
      for (const auto& op : gate.operations()) o("<li><a href=\"#{}\">{}</a></li>", op.id, op.summary);
    });
}

Answer show(Context& context, const Interface& parts) {
  site::Page page;
  page.title = "开放接口";
  page.path = {{"开放接口", ""}};
  page.note = "给其他系统的开发人员：点单、查进展、订阅变化";
  page.body = [&](Out& h) {
    h("<div class=\"interface\">{}</div>", [&](Out& o) {
      const std::string home = home_of(context, parts.gate);
      o("{}", html::panel("开始使用", [&](Out& x) {
          write_start(x, home);
          write_contents(x, parts.gate);
        }));
      for (const auto& op : parts.gate.operations())
        o("{}", html::panel(op.summary, [&](Out& x) { write_operation(x, op, parts); }, {.id = op.id}));
      for (const auto& one : listed(parts.gate)) {
        if (one.name == "Placing") continue;  // stands with its operation
        const std::string title = "对象 " + one.name;
        o("{}", html::panel(title, [&](Out& x) {
            x("<p>{}{}</p>{}", one.schema->about,
              one.base.empty() ? std::string() : "：对象 " + one.base + " 的全部字段，另有",
              table_of(title, one.properties));
          }));
      }
      o("{}", html::panel("事件回调", [&](Out& x) { write_events(x, parts); }, {.id = "events"}));
      o("{}", html::panel("请求数", write_quota, {.id = "quota"}));
      o("{}", html::panel("不能办理时", write_refusals, {.id = "refusals"}));
      o("{}", html::panel("名称的由来", write_names, {.id = "names"}));
    });
  };
  return site::public_page(context, std::move(page));
}

}  // namespace

void add_interface_page(site::Site& site, Interface parts) {
  site.add(
      {http::Method::get, "/api", site::Access::open, "", [parts](Context& c) { return show(c, parts); }});
}

}  // namespace kepu::administration
