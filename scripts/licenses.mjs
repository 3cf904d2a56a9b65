// Whose work is part of the program: the text of dist/LICENSES.txt.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './ensure-installed.mjs';

const PACKAGE = /^(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//;

/** `inputs`: files that something was taken from, as esbuild names them. Of every package its name, its version, and its licence as it came. */
export function licensesOf(inputs) {
  const packages = new Set(inputs.flatMap((path) => PACKAGE.exec(path)?.[1] ?? []));
  return `Packages that are part of this program, each with its licence.\n\n${[...packages].sort().map(licenseOf).join('\n')}`;
}

function licenseOf(path) {
  const folder = join(root, path);
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined && license !== 'MIT') throw new Error(`${name}: no file of its licence, and it is not MIT: ${license}`);
  const text = file === undefined ? mit(author?.name ?? author) : readFileSync(join(folder, file), 'utf8').trim();
  return `${'='.repeat(78)}\n${name} ${version} · ${license}\n${'='.repeat(78)}\n\n${text}\n`;
}

/** For a package that says MIT and ships no text of it. */
function mit(author) {
  const known = readFileSync(join(root, 'node_modules', 'string-width', 'license'), 'utf8').trim();
  return known.replace(/(^Copyright.*\n)+/m, `Copyright (c) ${author}\n`);
}
