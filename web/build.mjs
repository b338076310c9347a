// Builds the web assets: node build.mjs <output folder>
// kp.css and kp.ts are bundled and shrunk by esbuild; the named icons become one sprite; every file gets its
// content hash in its name and lies there plain, as .br and as .gz. assets.S, symbols.inc and table.inc put them into the program; manifest.json names
// them for tools.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) throw new Error('usage: node build.mjs <output folder>');
const kTarget = ['chrome64', 'safari12'];

async function bundle(entry, more = {}) {
  const result = await build({ entryPoints: [join(here, entry)], bundle: true, minify: true, write: false, target: kTarget, charset: 'utf8', legalComments: 'none', logLevel: 'warning', ...more });
  if (result.warnings.length) throw new Error(`${entry}: ${result.warnings[0].text}`);
  return result.outputFiles[0].contents;
}

// Outline icons as symbols; colour and width of the line come from the class of the <svg> that uses them.
function sprite() {
  const require = createRequire(import.meta.url);
  const names = readFileSync(join(here, 'icons.txt'), 'utf8').split('\n').map(l => l.trim()).filter(l => l && !l.startsWith('#'));
  const symbols = names.map(name => {
    const svg = readFileSync(require.resolve(`@tabler/icons/outline/${name}.svg`), 'utf8');
    const body = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>')).replace(/<path stroke="none"[^>]*>/, '').replace(/\s*\n\s*/g, '').replace(/ \/>/g, '/>');
    return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`);
}

const shrink = svg => Buffer.from(svg.toString('utf8').trim());
const files = [];
function add(name, type, bytes) {
  const dot = name.lastIndexOf('.');
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10);
  const file = `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
  files.push({ name, file, type, etag: `"${hash}"`, size: bytes.length });
  writeFileSync(join(out, file), bytes);
  writeFileSync(join(out, file + '.br'), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
  writeFileSync(join(out, file + '.gz'), gzipSync(bytes, { level: 9 }));
  return file;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
add('kp.css', 'text/css; charset=utf-8', await bundle('kp.css'));
add('kp.js', 'text/javascript; charset=utf-8', await bundle('kp.ts', { format: 'iife' }));
add('worker.js', 'text/javascript; charset=utf-8', await bundle('ts/worker.ts', { format: 'iife' }));
add('icons.svg', 'image/svg+xml', sprite());
const favicon = add('favicon.svg', 'image/svg+xml', shrink(readFileSync(join(here, 'favicon.svg'))));
const site = JSON.parse(readFileSync(join(here, 'site.webmanifest'), 'utf8'));
for (const icon of site.icons) icon.src = favicon;
add('site.webmanifest', 'application/manifest+json', Buffer.from(JSON.stringify(site)));
writeFileSync(join(out, 'manifest.json'), JSON.stringify(files, null, 1) + '\n');

// The bytes as symbols of the program, and a row of the table a file, sorted by path.
const forms = [['plain', ''], ['br', '.br'], ['gz', '.gz']];
const assembler = ['.section .rodata'];
const declared = [];
const rows = [];
files.sort((a, b) => (a.file < b.file ? -1 : 1)).forEach((f, i) => {
  for (const [form, ending] of forms) {
    const symbol = `kepu_asset_${i}_${form}`;
    assembler.push(`.global ${symbol}`, `.global ${symbol}_end`, `${symbol}:`, `.incbin "${f.file}${ending}"`, `${symbol}_end:`);
    declared.push(`extern "C" const char ${symbol}[], ${symbol}_end[];`);
  }
  const views = forms.map(([form]) => `view(kepu_asset_${i}_${form}, kepu_asset_${i}_${form}_end)`).join(', ');
  rows.push(`    {${JSON.stringify(f.name)}, {${JSON.stringify('/assets/' + f.file)}, ${JSON.stringify(f.type)}, ${JSON.stringify(f.etag)}, ${views}}},`);
});
assembler.push('.section .note.GNU-stack,"",%progbits', '');
writeFileSync(join(out, 'assets.S'), assembler.join('\n'));
writeFileSync(join(out, 'symbols.inc'), declared.join('\n') + '\n');
writeFileSync(join(out, 'table.inc'), rows.join('\n') + '\n');
