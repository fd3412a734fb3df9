// Turns a directory from one generation into the next, again and again, until it is killed: files, links, names and what the
// side-car keeps. Arguments: the built directory-root module, the tree, the generation that it is in. Tells when a commit
// begins and ends.
import { securityOf, ticksOf } from './generation-metadata.mjs';

const [modulePath, tree, first] = process.argv.slice(2);
const { DirectoryRoot } = await import(modulePath);

const root = await DirectoryRoot.open(tree);
const bytes = (text) => ({ bytes: Buffer.from(text) });
process.stdout.write('r');
for (let now = Number(first); ; now++) {
  const next = now + 1;
  const content = bytes(`generation ${next}`);
  const securityDescriptor = securityOf(next);
  const streams = [{ name: 'generation', content }];
  for (let i = 0; i < 8; i++) {
    const creationTime = { Ticks: ticksOf(next) };
    const shortName = `G${next % 10_000}~${i}`;
    await root.write(`\\files\\${i}.txt`, content, { creationTime, shortName, streams, securityDescriptor });
  }
  await root.rename(`\\moved-${now}`, `\\moved-${next}`);
  await root.write(`\\moved-${next}\\inside.txt`, content, { streams });
  await root.rename(`\\swap\\a-${now}`, '\\swap\\other');
  await root.rename('\\swap\\other', `\\swap\\a-${next}`);
  await root.setMetadata(`\\swap\\a-${next}`, { securityDescriptor });
  await root.remove(`\\only-${now}`, { recursive: true });
  await root.createDirectory(`\\only-${next}\\deep\\deeper`, { parents: true });
  await root.write(`\\only-${next}\\deep\\deeper\\file.txt`, content, { securityDescriptor });
  await root.write('\\linked-1', content, { streams });
  await root.remove('\\linked-2');
  await root.link('\\linked-2', '\\linked-1');
  await root.write('\\reparse', content, { reparse: { tag: 0x80000017, data: content.bytes } });
  await root.setMetadata('\\files', { securityDescriptor, attributes: 0x12 });
  process.stdout.write('c');
  await root.commit();
  process.stdout.write('d');
}
