// Writes docs/cmdlets/*.md from the cmdlets' declarations; with --check it only says which pages are stale.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandTable } from '../lib/host/command-table.ts';
import { helpMarkdown } from '../lib/host/help/help-markdown.ts';
import { cmdletList } from './index.ts';

/** All pages: file name to content. */
export async function cmdletPages(): Promise<Map<string, string>> {
  const commands = new CommandTable(cmdletList);
  const pages = new Map<string, string>();
  const index = ['# Cmdlets', '', '| Cmdlet | |', '| --- | --- |'];
  for (const name of commands.names()) {
    const definition = (await commands.find(name))!;
    pages.set(`${name}.md`, helpMarkdown(definition));
    index.push(`| [${name}](${name}.md) | ${definition.synopsis.replaceAll('|', '\\|')} |`);
  }
  pages.set('README.md', index.join('\n') + '\n');
  return pages;
}

/** The pages in `folder` that differ from what they should be. */
export async function stalePages(folder: string): Promise<string[]> {
  const pages = await cmdletPages();
  const existing = await readdir(folder).catch(() => []);
  const stale = existing.filter((name) => name.endsWith('.md') && !pages.has(name));
  for (const [name, content] of pages) {
    const found = await readFile(join(folder, name), 'utf8').catch(() => '');
    if (found !== content) stale.push(name);
  }
  return stale.sort();
}

/** Brings `folder` up to date. */
export async function writePages(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const pages = await cmdletPages();
  for (const name of await stalePages(folder)) {
    const content = pages.get(name);
    if (content === undefined) await rm(join(folder, name));
    else await writeFile(join(folder, name), content);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = join(process.cwd(), 'docs', 'cmdlets');
  if (process.argv.includes('--check')) {
    const stale = await stalePages(folder);
    if (stale.length > 0) process.stderr.write(`Stale pages, run the generator: ${stale.join(', ')}\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else await writePages(folder);
}
