#!/usr/bin/env python3
"""Who may include whom (docs/ARCHITECTURE.md), and what no file may hold.

app → engines → core; core kits only downwards (KITS below); an engine includes another engine only through its public
header NAME/NAME.h (PUBLIC names further ones), and never in a circle; domain files know no SQL and no HTML; SQL stands in stores alone.
"""
import os, re, subprocess, sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
os.chdir(ROOT)
# What each kit may include besides itself and base.
KITS = {
    'base': set(), 'sql': set(), 'http': set(), 'html': set(), 'doc': set(), 'file': set(),
    'metric': {'sql'}, 'notify': {'sql'}, 'job': {'sql'}, 'calendar': {'sql', 'audit'}, 'search': {'sql'},
    'audit': {'sql'}, 'auth': {'sql', 'audit'}, 'form': {'html', 'doc'}, 'table': {'html', 'doc'},
    'api': {'sql', 'http', 'audit', 'auth', 'notify'},
    'site': {'sql', 'http', 'html', 'audit', 'auth', 'file', 'table', 'form', 'doc'},
}
# What the pages and rules of other engines stand on, besides NAME/NAME.h.
PUBLIC = {'plan': {'running.h', 'extensions.h', 'pages.h', 'testing.h'}, 'registers': {'testing.h'}}
HEAVY = re.compile(r'<(boost/asio|boost/beast|boost/json|sqlite3\.h|libpq-fe\.h|Eigen|nlohmann)')
problems = []
files = subprocess.run(['git', 'ls-files', '--cached', '--others', '--exclude-standard', '*.cc', '*.h'], capture_output=True, text=True).stdout.split()
files = [f for f in files if os.path.exists(f)]
engine_edges = {}


def complain(file, line, text):
    problems.append(f'{file}:{line}: {text}')


def check_include(file, number, target):
    here, there = file.split('/'), target.split('/')
    test = file.endswith('_test.cc') or file.startswith(('tests/', 'benchmarks/'))
    if here[0] == 'core' and there[0] == 'core' and here[1] != there[1]:
        if there[1] != 'base' and there[1] not in KITS.get(here[1], set()) and not test:
            complain(file, number, f'the kit {here[1]} may not include the kit {there[1]}')
    if here[0] == 'core' and there[0] in ('engines', 'app', 'statistics'):
        complain(file, number, 'a kit may not know engines or the program')
    if here[0] == 'core' and there[0] == 'web' and here[1] != 'site' and not test:
        complain(file, number, 'only core/site knows the web assets')
    if here[0] == 'statistics' and there[0] in ('core', 'engines', 'app'):
        complain(file, number, 'statistics includes nothing of ours')
    if here[0] == 'engines' and there[0] == 'app':
        complain(file, number, 'an engine may not know the program')
    if here[0] == 'engines' and there[0] == 'engines' and here[1] != there[1]:
        engine_edges.setdefault(here[1], set()).add(there[1])
        if len(there) != 3 or there[2] not in PUBLIC.get(there[1], set()) | {there[1] + '.h'}:
            complain(file, number, f'another engine only through engines/{there[1]}/{there[1]}.h')


def check_file(file):
    text = open(file, encoding='utf-8').read()
    lines = text.split('\n')
    parts = file.split('/')
    test = file.endswith(('_test.cc', '_fuzz.cc')) or parts[0] in ('tests', 'benchmarks')
    for number, line in enumerate(lines, 1):
        found = re.match(r'#include "([^"]+)"', line)
        if found:
            check_include(file, number, found.group(1))
        if file.endswith('.h') and HEAVY.search(line) and parts[0] == 'core' and parts[1] not in ('http', 'sql'):
            complain(file, number, 'a heavy header in a header')
    if parts[0] == 'engines' and not test:
        store = re.search(r'_(store\w*|rows|load|schema)\.(cc|h)$', file)
        if not store and re.search(r'"\s*(select|insert into|update|delete from)\s+\w+', text):
            complain(file, 1, 'SQL outside a store')
        pages = '/pages/' in file or re.search(r'pages?\w*\.(cc|h)$|_engine\.(cc|h)$|administration', file)
        if not pages and 'core/html/' in text:
            complain(file, 1, 'HTML outside pages')
    if len(lines) > 600 and not test:
        complain(file, len(lines), 'over 600 lines: make two rooms of it')
    if file.endswith('.h') and '#pragma once' not in text:
        complain(file, 1, 'no #pragma once')


def find_circle():
    def visit(name, path):
        if name in path:
            problems.append('engines include each other in a circle: ' + ' → '.join(path[path.index(name):] + [name]))
            return
        for other in sorted(engine_edges.get(name, ())):
            visit(other, path + [name])
    for name in sorted(engine_edges):
        visit(name, [])


for f in files:
    check_file(f)
find_circle()
migrations = {}
for f in files:
    if 'schema' in f:
        for part, number in re.findall(r'\{"(\w+)",\s*(\d+),', open(f, encoding='utf-8').read()):
            migrations.setdefault(part, []).append(int(number))
for part, numbers in migrations.items():
    if numbers != list(range(1, len(numbers) + 1)):
        problems.append(f'migrations of {part} are not numbered 1, 2, 3 …: {numbers}')
for p in sorted(set(problems)):
    print('   ' + p)
print(f'   {len(files)} files, {len(problems)} problems')
sys.exit(1 if problems else 0)
